// FAISS's streams over our files.
#pragma once

#include <faiss/impl/io.h>

#include "file.h"

namespace pce {

// Stands between FAISS and a file that may be damaged: FAISS sizes its vectors by 8-byte counts straight from the
// file before it reads them, so a flipped bit would ask for terabytes. No count is larger than the whole file.
class IndexReader final : public faiss::IOReader {
  public:
    explicit IndexReader(InputFile& file);
    size_t operator()(void* into, size_t size, size_t items) override;

    // Refuses bytes that the index does not account for.
    void require_end() const;

  private:
    InputFile& file_;
    size_t done_ = 0;
};

class IndexWriter final : public faiss::IOWriter {
  public:
    explicit IndexWriter(OutputFile& file) : file_(file) {}
    size_t operator()(const void* from, size_t size, size_t items) override;

  private:
    OutputFile& file_;
};

}  // namespace pce
