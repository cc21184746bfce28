"""Rounding of exact fractions, and how they are written."""

from fractions import Fraction

from isthmus.apps.excise.tariff.rules.model import Direction


def rounded(value: Fraction, to: Fraction, direction: Direction) -> Fraction:
    """``value``, which is not negative, as a multiple of ``to``."""
    counted = value / to
    whole, rest = divmod(counted.numerator, counted.denominator)
    twice = 2 * rest
    if direction is Direction.UP:
        whole += rest > 0
    elif direction is Direction.HALF_UP:
        whole += twice >= counted.denominator
    elif direction is Direction.HALF_EVEN:
        whole += twice > counted.denominator or (twice == counted.denominator and whole % 2 == 1)
    return whole * to


def written(value: Fraction, most: int = 30) -> str:
    """A fraction as a decimal: exact where it ends within ``most`` decimals, cut and marked with ... else."""
    digits = next((count for count in range(most + 1) if (value * 10**count).denominator == 1), most)
    scaled = value * 10**digits
    cut = abs(scaled.numerator) // scaled.denominator
    sign = "-" if value < 0 else ""
    head, tail = divmod(cut, 10**digits)
    text = f"{sign}{head}.{tail:0{digits}d}" if digits else f"{sign}{head}"
    return text if scaled.denominator == 1 else f"{text}..."
