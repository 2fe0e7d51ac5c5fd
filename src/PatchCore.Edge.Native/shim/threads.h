#pragma once

#include "guard.h"

namespace pce {

// OpenMP keeps its thread count by calling thread, so whatever runs FAISS applies the configured one first.
void apply_threads();

}  // namespace pce
