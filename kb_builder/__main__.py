"""`python -m kb_builder` is `kb`."""

from kb_builder.cli import main

if __name__ == "__main__":
    main()
