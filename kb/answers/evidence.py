"""What speaks for an article as the answer to a question: figures that can be counted.

They are shares and logarithms, so that they mean the same in a small knowledge base and in a large
one. What weighs them is `kb.answers.confidence`.
"""

import math
from dataclasses import dataclass

# Below this share of the best possible score, less makes no difference.
_LEAST_SCORE = 0.05
_LEAST_IDF = 1e-3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an article.

    score     of its words
    asked     the sum of idf of all words of the question
    rare      idf of a word that a single passage holds, which grows with the knowledge base
    coverage  share of `asked` that the title and the passage hold as it was typed, 0 to 1
    words     of the question, without stop words; two characters of Chinese are one
    nearness  how much nearer it is in meaning than passages are on the average; None without an
              embedder
    lead      share of its score by which it leads the next article, 0 to 1; not a figure of its own
    """

    score: float
    asked: float
    rare: float
    coverage: float
    words: float
    nearness: float | None = None
    lead: float = 1.0

    def figures(self) -> tuple[float, ...]:
        """Return what the logistic function weighs, in the order of `Fit.weights`."""
        ratio = self.score / self.asked if self.asked > 0 else 0.0
        by_words = (
            math.log(_LEAST_SCORE + max(0.0, ratio)),
            math.log1p(max(0.0, self.score) / max(self.rare, _LEAST_IDF)),
            self.coverage,
            math.log1p(self.words),
        )
        return by_words if self.nearness is None else (*by_words, self.nearness)
