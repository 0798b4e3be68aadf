"""Runs one of the README's blocks of Python, as it is printed, in a folder.

usage: python readme_block.py README FOLDER IMPORT      the first block that imports IMPORT
"""
import os
import pathlib
import sys

readme, folder, imported = sys.argv[1:]
blocks = [block.split("```")[0] for block in pathlib.Path(readme).read_text().split("```python\n")[1:]]
code = next(block for block in blocks if f"import {imported}\n" in block)
os.chdir(folder)
exec(compile(code, "README.md", "exec"), {})
