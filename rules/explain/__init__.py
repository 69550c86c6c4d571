"""Why something was decided, told to a customer: articles in plain words, the facts used, the arithmetic step by step.

The texts stand beside the rules and are written once, in Japanese and English. Nothing here decides anything: it tells
a decision that was recorded, with the numbers of `rules/terms` as they stood on its days.
"""

from rules.explain.articles import cite, paraphrase
from rules.explain.decision import Explanation, Fact, english, explain, sentence

__all__ = ["Explanation", "Fact", "cite", "english", "explain", "paraphrase", "sentence"]
