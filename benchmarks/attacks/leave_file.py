"""Leave a file in a folder that everybody may write to."""

# base: right
import os

try:
    with open(os.path.join(OPEN_FOLDER, "left-behind"), "w") as file:
        file.write("here")
except OSError:
    pass
