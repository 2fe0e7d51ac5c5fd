#pragma once

#include <cstddef>
#include <cstdint>

namespace pce {

bool is_jpeg(const uint8_t* bytes, size_t length);

// Whether a JPEG stream runs to its end-of-image marker. OpenCV decodes one that was cut off and paints the missing
// rows gray without a word, and a part must not be judged by those.
bool is_complete_jpeg(const uint8_t* bytes, size_t length);

}  // namespace pce
