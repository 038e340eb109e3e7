"""How large a submission may be. A full solution with plots in its notebook and photos of the written part has
about 20 files and 10 MB; every limit leaves room for a multiple of that, and a grader works on a few submissions at once.
"""

MiB = 1 << 20

FILE_BYTES = 64 * MiB  # one file: a notebook with many pictures inside, a scan of many pages
TOTAL_BYTES = 256 * MiB  # all files that are kept: they are held in memory
CODE_BYTES = 16 * MiB  # all Python files: every sandbox gets a copy
FILES = 1_000  # files that are kept
ENTRIES = 100_000  # names looked at, ignored ones included: a virtual environment has about 30,000
DEPTH = 32  # folders inside folders
NAME_CHARACTERS = 255  # a path; longer ones cannot be stored everywhere …
PATH_CHARACTERS = 4096  # … and these nowhere
NAMES_CHARACTERS = 16 * MiB  # all names: what is ignored is remembered, too
DOWNLOAD_SCALE = (
    10  # how many times as many names a class's download may hold: one student's heap of files stops no class
)

ARCHIVE_BYTES = (
    512 * MiB
)  # the archive itself: a data set or a checkpoint packed by mistake is no reason to refuse
UNPACKED_BYTES = 1024 * MiB  # a .tar.gz has to be unpacked up to its end, ignored files included
GZIP_MEMBERS = 20_000  # pieces of a .gz that are packed one by one: bgzip begins one with every 64 KiB
TAR_HEADER_BYTES = 64 << 10  # what stands before one file: two paths that are as long as a path may be
TAR_HEADERS_BYTES = 128 * MiB  # the same of all files: usually nothing, or 1 KiB for each
TAR_RECORDS = 2_000_000  # facts about files in it: usually up to 20 for each
ZIP_DIRECTORY_BYTES = (
    16 * MiB
)  # a zip's table of contents, which is read in one go, before any entry can be counted

RATIO = (
    200  # unpacked : packed. Notebooks reach 20, text of one repeated line 100; deflate's maximum is 1,032 …
)
RATIO_FROM = 4 * MiB  # … which a small file may well reach
