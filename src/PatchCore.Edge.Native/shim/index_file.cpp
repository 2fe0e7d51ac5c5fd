#include "index_file.h"

#include <cstring>

namespace pce {

namespace {

// FAISS writes this into two unused fields of every header (impl/index_write.cpp); it is no count.
constexpr uint64_t unused_field = 1 << 20;

}  // namespace

IndexReader::IndexReader(InputFile& file) : file_(file) { name = file.path(); }

size_t IndexReader::operator()(void* into, size_t size, size_t items) {
    if (size == 0 || items == 0) return 0;
    const size_t length = file_.read(into, size * items);
    done_ += length;
    if (size == sizeof(uint64_t) && items == 1 && length == size) {
        uint64_t count;
        std::memcpy(&count, into, sizeof count);
        if (count > file_.size() && count != unused_field)
            fail(Status::File, "cannot read index '", file_.path(), "': it is damaged, for it counts ", count, " in ",
                 file_.size(), " bytes");
    }
    return length / size;
}

void IndexReader::require_end() const {
    if (done_ != file_.size())
        fail(Status::File, "cannot read index '", file_.path(), "': it ends after ", done_, " of ", file_.size(),
             " bytes");
}

size_t IndexWriter::operator()(const void* from, size_t size, size_t items) {
    file_.write(from, size * items);
    return items;
}

}  // namespace pce
