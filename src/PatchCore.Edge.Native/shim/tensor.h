#pragma once

#include <cstdint>

namespace pce {

// How a picture becomes an image tensor; TensorLayout in C# is its twin.
struct TensorLayout {
    int32_t width;
    int32_t height;
    int32_t rgb;    // 1: channels in RGB order, 0: in BGR order
    float scale;    // multiplies 0..255 before the mean is taken away
    float mean[3];  // by channel of the tensor
    float std[3];
};
static_assert(sizeof(TensorLayout) == 40, "TensorLayout is shared with C#");

}  // namespace pce
