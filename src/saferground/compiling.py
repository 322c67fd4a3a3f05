"""How functions are compiled that only other compiled functions call.

Numba makes every function ready to be called from Python: machine code of its own, with all that it calls linked into
it, and wrappers. The engine has some ninety small functions of which Python calls one; making only that one ready
halves the first start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit, types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering

_F = TypeVar("_F", bound=Callable[..., Any])


class _InnerLibrary(JITCodeLibrary):
    """Intermediate code that is only linked into others: the outermost function is optimised as a whole, once."""

    def _optimize_final_module(self) -> None:
        """Nothing yet."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerOnly(NativeLowering):
    """Stops before machine code; callers get the function's intermediate code, linked into their own."""

    _name = "lower_only"

    def run_pass(self, state: Any) -> bool:
        """Lowers and makes the result known to callers under a key, where Numba would use the finished function."""
        state.flags = state.flags.copy()
        state.flags.no_compile = True
        state.library = _InnerLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        super().run_pass(state)
        key: Any = [].append  # any builtin that is nobody else's
        state.targetctx.insert_user_function(key, state.cr.fndesc, [state.library])
        state["cr"] = state.cr._replace(cfunc=key)
        return True


class _InnerCompiler(CompilerBase):
    """Numba's usual pipeline with the last pass replaced."""

    def define_pipelines(self) -> list[Any]:
        """The one pipeline."""
        pipeline = DefaultPassBuilder.define_nopython_pipeline(self.state)
        pipeline.passes = [(_LowerOnly if one is NativeLowering else one, why) for one, why in pipeline.passes]
        pipeline.finalize()
        return [pipeline]


def compiled(function: _F) -> _F:
    """Compiles a function that only compiled functions call.

    Division by zero gives infinity as in NumPy, and no references to arrays are counted, so nothing may be allocated
    inside; both keep the machine code small. The plain function is at ``py_func``.
    """
    options: dict[str, Any] = {
        "error_model": "numpy",
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
        "_nrt": False,
    }
    dispatcher: Any = njit(pipeline_class=_InnerCompiler, **options)(function)
    resolve = dispatcher.get_call_template
    # Otherwise every constant that is passed in makes a function of its own.
    dispatcher.get_call_template = lambda args, kws: resolve(tuple(map(types.unliteral, args)), kws)
    return dispatcher
