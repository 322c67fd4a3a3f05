"""Records of arrays as single pointers, for use inside the kernel.

Numba passes a named tuple of arrays by copying every field of every array at every call, and counts references to
each array it touches: with a hundred arrays the kernel took minutes to compile and ran ten times slower. A pointer to
the same record on the stack of the outermost function reads the same in code (``world.ground.km``) and costs nothing.
The caller keeps the arrays alive, so no references are counted (``_nrt=False`` in compiling.compiled).
"""

from __future__ import annotations

import hashlib
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model

# An empty instruction that hands an address through: LLVM then leaves the record in memory, where it would otherwise
# split it into a thousand variables and spend half of the compilation on them.
_SAME = ir.FunctionType(cgutils.voidptr_t, [cgutils.voidptr_t])
_RECORDS = (types.NamedTuple, types.NamedUniTuple)


class Pointer(types.Type):
    """Numba's type of a pointer to a named tuple or NumPy record; functions are named by it, so its name is short."""

    def __init__(self, record: Any):
        self.record = record
        super().__init__(f"Pointer_{hashlib.blake2b(record.name.encode(), digest_size=8).hexdigest()}")


@register_model(Pointer)
class _PointerModel(models.OpaqueModel):
    """An address without a type."""


@infer_getattr
class _Fields(AttributeTemplate):
    key = Pointer

    def generic_resolve(self, pointer: Any, name: str) -> Any:  # type: ignore[override]
        """Type of a field: of a nested record, again a pointer."""
        if name not in pointer.record.fields:
            return None
        if isinstance(pointer.record, types.Record):
            return pointer.record.typeof(name)
        field = pointer.record.types[pointer.record.fields.index(name)]
        return Pointer(field) if isinstance(field, _RECORDS) else field


@lower_getattr_generic(Pointer)
def _load_field(context: Any, builder: Any, pointer: Pointer, address: Any, name: str) -> Any:
    if isinstance(pointer.record, types.Record):
        number = context.get_value_type(pointer.record.typeof(name)).as_pointer()
        return builder.load(cgutils.pointer_add(builder, address, pointer.record.offset(name), number))
    place = pointer.record.fields.index(name)
    record = builder.bitcast(address, context.get_value_type(pointer.record).as_pointer())
    field = cgutils.gep_inbounds(builder, record, 0, place)
    if isinstance(pointer.record.types[place], _RECORDS):
        return builder.bitcast(field, cgutils.voidptr_t)
    return builder.load(field)


def _point_to(typing_context: Any, record: Any) -> Any:
    """Pointer to a NumPy record, or to a copy of a named tuple on the stack; valid until the caller returns."""

    def store(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (value,) = arguments  # of a NumPy record: its address already
        held = value if isinstance(record, types.Record) else cgutils.alloca_once_value(builder, value)
        address = builder.bitcast(held, cgutils.voidptr_t)
        return builder.asm(_SAME, "", "=r,0", [address], True)

    return Pointer(record)(record), store


point_to: Any = intrinsic(_point_to)
