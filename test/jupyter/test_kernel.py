"""Jupyter's own tests of a kernel, for TypeScript cells and for %%parable cells."""

import unittest

import jupyter_kernel_test
from jupyter_client.kernelspec import KernelSpecManager  # noqa: F401

SMALL = "%%parable dice\ntable throws { eyes: int 1..6 }\ngenerate thrown: 20 rows seed 1\n"


class TypeScriptCells(jupyter_kernel_test.KernelTests):
    kernel_name = "parable"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [{"text": "Math.flo", "matches": {"floor"}}]
    complete_code_samples = ["1", "const x = 1", "function f() { return 1 }"]
    incomplete_code_samples = ["function f() {", "`open", "[1,"]
    invalid_code_samples = ["let x = = 2"]
    code_page_something = ""
    code_generate_error = "throw new Error('as asked')"
    code_execute_result = [{"code": "6 * 7", "result": "42"}]
    code_display_data = [
        {"code": "import { display } from 'tslab'; display.html('<b>b</b>')", "mime": "text/html"},
        {"code": "import { display } from 'tslab'; display.svg('<svg/>')", "mime": "image/svg+xml"},
    ]
    code_history_pattern = "6 * 7*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "Math"
    code_clear_output = ""


class SpecCells(jupyter_kernel_test.KernelTests):
    kernel_name = "parable"
    language_name = "typescript"
    file_extension = ".ts"
    completion_samples = [{"text": SMALL + "gener", "matches": {"generate"}}]
    complete_code_samples = [SMALL]
    incomplete_code_samples = ["%%parable\ntable t {\n"]
    invalid_code_samples = ["%%parable\ntable t { x: int 1..6 } }\n"]
    code_execute_result = [
        {"code": "%%parable --check\ntable t { x: int 1..6 }\ngenerate 1 rows", "result": "The spec is fine: t, columns x."},
    ]
    code_history_pattern = "%%parable --check*table t*"
    supported_history_operations = ("tail", "range", "search")
    code_generate_error = "%%parable\ntable t { x: int 6..1 }\ngenerate 10 rows\n"
    code_display_data = [{"code": SMALL, "mime": "text/html"}]
    code_inspect_sample = SMALL.rstrip() + "\nshow eyes"


if __name__ == "__main__":
    unittest.main()
