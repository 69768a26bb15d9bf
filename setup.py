"""Compile the inner loops of a search, where there is a compiler; setup.cfg holds all else."""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "kb.kernels.compiled",
            ["kb/kernels/compiled.pyx"],
            extra_compile_args=["-O3"],
            # Without it everything works, only slower.
            optional=True,
        )
    ]
)
