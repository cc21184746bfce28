"""A small copy of a picture, for people on mobile data."""

import io
import warnings

_SIDE = 640
_QUALITY = 60
_MOST_PIXELS = 50_000_000


def smaller(content: bytes) -> bytes:
    """The picture as JPEG, no side longer than 640 pixels; nothing where the file is no picture."""
    from PIL import Image

    with warnings.catch_warnings():
        # A picture of very many pixels in few bytes would fill the memory.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content)) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    return b""
                copy = picture.convert("RGB")
                copy.thumbnail((_SIDE, _SIDE))
                made = io.BytesIO()
                copy.save(made, "JPEG", quality=_QUALITY)
                return made.getvalue()
        except (OSError, ValueError, Image.DecompressionBombWarning, Image.DecompressionBombError):
            return b""
