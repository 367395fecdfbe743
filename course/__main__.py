"""`python -m course` is the `course` command, where the command itself is not on the path."""

from course.cli import main

if __name__ == "__main__":
    main()
