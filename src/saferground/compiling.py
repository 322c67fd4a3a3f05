"""How functions are compiled that only other compiled functions call.

Numba makes every function ready to be called from Python: optimised by itself, then again with all that it calls linked
into it, as machine code with wrappers. The engine has some ninety small functions of which Python calls one. Here only
that one is linked, optimised and made ready, once. Doing so halves the first start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from numba import njit, types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_lock import global_compiler_lock
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering
from numba.core.types.functions import BaseFunction

_F = TypeVar("_F", bound=Callable[..., Any])
# Passes of Numba's pipeline that change nothing here: there are no closures, array expressions or unrolled literals.
_IDLE = {"inline_closure_likes", "inline_inlinables", "inline_overloads_pass", "nopython_rewrites", "literal_unroll"}


class _Library(JITCodeLibrary):
    """Code that is not optimised function by function, as the outermost function is optimised as a whole."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout


class _InnerLibrary(_Library):
    """Intermediate code of one function, which the outermost one links."""

    def finalize(self) -> None:
        """Links nothing and makes nothing ready."""
        self._finalize_dynamic_globals()
        self._finalized = True


class _OuterLibrary(_Library):
    """All code in one piece. Numba goes over it once more before, to drop reference counts; here there are none.

    Nor are there long loops over arrays: turning loops into vector instructions would take a tenth of the time here and
    make nothing faster.
    """

    def _optimize_final_module(self) -> None:
        passes, builder = self._codegen._module_pass_manager(loop_vectorize=False, slp_vectorize=False, opt=2)
        passes.run(self._final_module, builder)


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerInner(NativeLowering):
    """Stops before machine code; callers get the function's intermediate code, linked into their own."""

    _name = "lower_inner"

    def run_pass(self, state: Any) -> bool:
        """Lowers and makes the result known to callers under a key, where Numba would use the finished function."""
        state.flags = state.flags.copy()
        state.flags.no_compile = True
        state.library = _InnerLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        super().run_pass(state)
        key: Any = [].append  # any builtin that is nobody else's
        called = dict.fromkeys(state.library._linking_libraries)  # itself or through others
        state.targetctx.insert_user_function(key, state.cr.fndesc, [state.library, *called])
        state["cr"] = state.cr._replace(cfunc=key)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerOuter(NativeLowering):
    """Makes machine code of a function and all that it calls."""

    _name = "lower_outer"

    def run_pass(self, state: Any) -> bool:
        """Lowers into a library of our own, which Numba can keep on disk."""
        state.library = _OuterLibrary(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return bool(super().run_pass(state))


def _pipeline(lowering: type[NativeLowering]) -> type[CompilerBase]:
    """Numba's usual pipeline without idle passes and with another last one."""

    class Compiler(CompilerBase):
        def define_pipelines(self) -> list[Any]:
            pipeline = DefaultPassBuilder.define_nopython_pipeline(self.state)
            needed = [(one, why) for one, why in pipeline.passes if one._name not in _IDLE]
            pipeline.passes = [(lowering if one is NativeLowering else one, why) for one, why in needed]
            pipeline.finalize()
            return [pipeline]

    return Compiler


_INNER, _OUTER = _pipeline(_LowerInner), _pipeline(_LowerOuter)


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
    dispatcher: Any = njit(pipeline_class=_INNER, **options)(function)
    resolve = dispatcher.get_call_template
    # Otherwise every constant that is passed in makes a function of its own.
    dispatcher.get_call_template = lambda args, kws: resolve(tuple(map(types.unliteral, args)), kws)
    return dispatcher


def outermost(function: _F) -> _F:
    """Compiles a function that Python calls, with all that it calls, without Python's lock; kept on disk."""
    options: dict[str, Any] = {"error_model": "numpy", "nogil": True, "cache": True, "_nrt": False}
    dispatcher: Any = njit(pipeline_class=_OUTER, **options)(function)
    compile_ = dispatcher.compile

    def compile_once(signature: Any) -> Any:
        with global_compiler_lock, _remembering():
            return compile_(signature)

    dispatcher.compile = compile_once
    return dispatcher


@contextmanager
def _remembering() -> Iterator[None]:
    """Finds what an operator means for each kind of arguments once; Numba tries dozens of meanings at every use."""
    known: dict[Any, Any] = {}
    operators: Any = BaseFunction
    find = operators.get_call_type

    def remembered(function: Any, context: Any, args: Any, kws: Any) -> Any:
        key = (id(function), args, tuple(kws.items()))
        if key not in known:
            known[key] = find(function, context, args, kws), function  # kept, so that its id stays its own
        return known[key][0]

    operators.get_call_type = remembered
    try:
        yield
    finally:
        operators.get_call_type = find
