#include <faiss/IndexFlat.h>
#include <faiss/impl/FaissException.h>
#include <faiss/index_io.h>
#include <faiss/utils/distances.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <memory>
#include <typeinfo>
#include <utility>

#include "index_file.h"
#include "threads.h"

namespace pce {

struct Index : Counted {
    explicit Index(std::unique_ptr<faiss::Index> index)
        : faiss(std::move(index)),
          flat(dynamic_cast<const faiss::IndexFlat*>(faiss.get())),
          kind(flat != nullptr ? "flat-l2" : faiss::demangle_cpp_symbol(typeid(*faiss).name())) {}

    std::unique_ptr<faiss::Index> faiss;
    const faiss::IndexFlat* flat;  // the same index, if it is flat
    std::string kind;
};

namespace {

faiss::Index& opened(const Index* index) { return *checked(index, "index").faiss; }

// Vectors in a buffer of `length` floats, which must be whole ones.
int64_t whole_vectors(const faiss::Index& index, const float* vectors, int64_t length, const char* what) {
    require(length >= 0 && length % index.d == 0, length, " floats are no whole number of ", what, " of dimension ",
            index.d);
    require(vectors != nullptr || length == 0, what, " are null");
    return length / index.d;
}

// The same of vectors for FAISS to read, which must be finite: to what is not a number it gives a neighbor at some
// distance, even 0, or it ends the process (IndexIVF throws inside a parallel loop).
int64_t finite_vectors(const faiss::Index& index, const float* vectors, int64_t length, const char* what) {
    const int64_t count = whole_vectors(index, vectors, length, what);
    bool finite = true;
    for (int64_t i = 0; i < length; ++i) finite &= std::isfinite(vectors[i]);
    require(finite, "among the ", what, " are values that are not finite");
    return count;
}

// What of a file just read FAISS takes on trust, and would abort on or misread later.
void require_sound(const faiss::Index& index, const char* path) {
    const auto refuse = [&](const auto&... reason) {
        fail(Status::File, "cannot read index '", path, "': ", reason...);
    };
    if (index.d <= 0) refuse("its dimension is ", index.d);
    if (index.ntotal < 0) refuse("it counts ", index.ntotal, " vectors");
    if (index.metric_type != faiss::METRIC_L2) refuse("its metric is ", index.metric_type, ", not L2 (1)");
    if (!index.is_trained) refuse("it is not trained");
}

// FAISS finds the neighbors of many queries as |x|² + |y|² - 2xy, whose small differences of large numbers cost digits
// (and change with the number of queries and the processor). Of what it found, the distance proper; nearest first, the
// lower index on ties.
void refine(const faiss::IndexFlat& flat, int64_t count, const float* queries, int64_t neighbors, float* distances,
            int64_t* indices) {
    const size_t dimension = static_cast<size_t>(flat.d);
    const float* vectors = flat.get_xb();
    for (int64_t i = 0; i < count; ++i) {
        const float* query = queries + i * flat.d;
        float* distance = distances + i * neighbors;
        int64_t* label = indices + i * neighbors;
        for (int64_t j = 0; j < neighbors; ++j) {
            const int64_t index = label[j];
            if (index < 0) continue;
            const float exact = faiss::fvec_L2sqr(query, vectors + index * flat.d, dimension);
            int64_t at = j;
            for (; at > 0 && std::pair(exact, index) < std::pair(distance[at - 1], label[at - 1]); --at) {
                distance[at] = distance[at - 1];
                label[at] = label[at - 1];
            }
            distance[at] = exact;
            label[at] = index;
        }
    }
}

// Queries below which another thread is not worth waking; FAISS takes its matrix product from 20 on.
constexpr int64_t smallest_block = 32;

// Every thread searches a block of the queries by itself. Left alone, FAISS and OpenBLAS fork and join their threads
// for each block of the bank, and on a busy machine spend most of the time waiting for one another.
void search(const Index& index, int64_t count, const float* queries, int64_t neighbors, float* distances,
            int64_t* indices) {
    const faiss::Index& source = *index.faiss;
    const int64_t blocks = std::clamp<int64_t>(count / smallest_block, 1, omp_get_max_threads());
    std::exception_ptr failure;
#pragma omp parallel for num_threads(static_cast<int>(blocks)) schedule(static, 1)
    for (int64_t block = 0; block < blocks; ++block) {
        const int64_t first = count * block / blocks;
        const int64_t length = count * (block + 1) / blocks - first;
        const float* own = queries + first * source.d;
        float* distance = distances + first * neighbors;
        int64_t* label = indices + first * neighbors;
        try {
            source.search(length, own, neighbors, distance, label);
            if (index.flat != nullptr) refine(*index.flat, length, own, neighbors, distance, label);
        } catch (...) {  // must not leave the parallel region
#pragma omp critical(pce_search)
            failure = std::current_exception();
        }
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace
}  // namespace pce

using pce::Index;

// An empty index of exact search by Euclidean distance.
PCE_EXPORT int32_t pce_index_create_flat_l2(int32_t dimension, Index** out) {
    return pce::guard(__func__, [&] {
        pce::require(dimension > 0, "the dimension of an index is positive, not ", dimension);
        *out = new Index(std::make_unique<faiss::IndexFlatL2>(dimension));
    });
}

// Reads any FAISS index of metric L2. Damage to a flat index is always found; other kinds are checked for size and
// header only, so what they hold must be vouched for by a checksum.
PCE_EXPORT int32_t pce_index_read(const char* path, Index** out) {
    return pce::guard(__func__, [&] {
        pce::InputFile file(path, "index");
        pce::IndexReader reader(file);
        std::unique_ptr<faiss::Index> index;
        try {
            index.reset(faiss::read_index(&reader));
        } catch (const std::exception& exception) {  // FAISS's own, and out of memory for a damaged size
            pce::fail(pce::Status::File, "cannot read index '", path, "': ", exception.what());
        }
        reader.require_end();
        pce::require_sound(*index, path);
        *out = new Index(std::move(index));
    });
}

// Writes FAISS's own format, as any FAISS reads it.
PCE_EXPORT int32_t pce_index_write(const Index* index, const char* path) {
    return pce::guard(__func__, [&] {
        const faiss::Index& source = pce::opened(index);
        pce::OutputFile file(path, "index");
        pce::IndexWriter writer(file);
        faiss::write_index(&source, &writer);
        file.close();
    });
}

PCE_EXPORT void pce_index_free(Index* index) { delete index; }

// Dimension, number of vectors, and the kind: "flat-l2", or else FAISS's class; the text lives as long as the index.
PCE_EXPORT int32_t pce_index_describe(const Index* index, int32_t* dimension, int64_t* count, const char** kind) {
    return pce::guard(__func__, [&] {
        const faiss::Index& source = pce::opened(index);
        *dimension = source.d;
        *count = source.ntotal;
        *kind = index->kind.c_str();
    });
}

// Adds vectors, n × dimension, row-major; length = n × dimension.
PCE_EXPORT int32_t pce_index_add(Index* index, const float* vectors, int64_t length) {
    return pce::guard(__func__, [&] {
        faiss::Index& target = pce::opened(index);
        const int64_t count = pce::finite_vectors(target, vectors, length, "vectors");
        pce::apply_threads();
        if (count > 0) target.add(count, vectors);
    });
}

// The k nearest vectors of every query: squared distances, ascending, and indices, both n × k, row-major.
// queries is n × dimension, query_length n × dimension, result_length n × k. 1 <= k <= the number of vectors.
PCE_EXPORT int32_t pce_index_search(const Index* index, const float* queries, int64_t query_length, int32_t neighbors,
                                    float* squared_distances, int64_t* indices, int64_t result_length) {
    return pce::guard(__func__, [&] {
        const faiss::Index& source = pce::opened(index);
        const int64_t count = pce::finite_vectors(source, queries, query_length, "queries");
        pce::require(neighbors >= 1 && neighbors <= source.ntotal, "cannot find ", neighbors, " neighbors among ",
                     source.ntotal, " vectors");
        pce::require(result_length == count * neighbors, "the results of ", count, " queries take ", count * neighbors,
                     " values (", neighbors, " a query), not ", result_length);
        pce::require(result_length == 0 || (squared_distances != nullptr && indices != nullptr),
                     "the results are null");
        pce::apply_threads();
        if (count > 0) pce::search(*index, count, queries, neighbors, squared_distances, indices);
    });
}

// Copies vectors back, from number `first` on; length = n × dimension.
PCE_EXPORT int32_t pce_index_reconstruct(const Index* index, int64_t first, float* vectors, int64_t length) {
    return pce::guard(__func__, [&] {
        const faiss::Index& source = pce::opened(index);
        const int64_t count = pce::whole_vectors(source, vectors, length, "vectors");
        pce::require(first >= 0 && first <= source.ntotal - count, "vectors ", first, " to ", first + count - 1,
                     " of an index of ", source.ntotal);
        if (count > 0) source.reconstruct_n(first, count, vectors);
    });
}
