"""Names of the array types that everything here passes around."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]
Samples = NDArray[np.float32]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
States = NDArray[np.uint8]
