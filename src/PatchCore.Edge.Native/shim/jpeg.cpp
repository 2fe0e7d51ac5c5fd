#include "jpeg.h"

namespace pce {

bool is_jpeg(const uint8_t* bytes, size_t length) {
    return length >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

// Markers as in ITU-T T.81, annex B: segments carry their length (so an embedded thumbnail is stepped over); in the
// coded data after a start of scan, FF 00 is a stuffed byte and FF D0..D7 a restart, anything else the next marker.
bool is_complete_jpeg(const uint8_t* bytes, size_t length) {
    size_t at = 2;
    while (at + 1 < length) {
        if (bytes[at] != 0xFF) {
            ++at;  // coded data, or padding that decoders tolerate
            continue;
        }
        const uint8_t marker = bytes[at + 1];
        if (marker == 0xD9) return true;
        if (marker == 0xFF) {
            ++at;  // fill byte
        } else if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
            at += 2;
        } else {
            if (at + 3 >= length) return false;
            at += 2 + (static_cast<size_t>(bytes[at + 2]) << 8 | bytes[at + 3]);
        }
    }
    return false;
}

}  // namespace pce
