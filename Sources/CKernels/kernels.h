// The template of every kernel. Included once for each scalar type and instruction set, with these defined:
//   REAL      the scalar type         BITS, UBITS  the integers of its size
//   NAME(x)   the name of this copy   TABLE     the name of its table
//   IS_DOUBLE 1 or 0                  LOG(x)    the natural logarithm in Double, of the same instruction set
// Plain loops that the compiler vectorises, with `restrict` where it couldn't know.

// Enough lanes for two of the widest registers: a reduction in lanes is vectorised, and its order is fixed.
#define LANES (128 / (ptrdiff_t)sizeof(REAL))

// To elementwise kernels, a contiguous matrix is one long row.
#define FLATTEN(contiguous) \
    if (contiguous) { columns *= rows; rows = columns > 0; }

#include "elementary.h"
#include "activations.h"
#include "normalisation.h"
#include "random.h"
#include "losses.h"
#include "optimizers.h"
#include "rows.h"
#include "embeddings.h"
#include "periodic.h"
#include "ensembles.h"

static const CKernelTable TABLE = {
    NAME(activate), NAME(activate_backward),
    NAME(softmax), NAME(softmax_backward),
    NAME(log_softmax), NAME(log_softmax_backward),
    NAME(scale_negatives), NAME(negative_dots),
    NAME(layer_norm), NAME(layer_norm_backward), NAME(layer_norm_parameter_gradients),
    NAME(column_moments), NAME(normalize_columns), NAME(normalize_columns_backward), NAME(normalized_column_dots),
    NAME(rms_norm), NAME(rms_norm_backward), NAME(rms_norm_weight_gradient),
    NAME(random_bits), NAME(dropout), NAME(dropout_backward), NAME(add_noise),
    NAME(loss),
    NAME(update), NAME(combine), NAME(penalise), NAME(clamp), NAME(sum_of_squares),
    NAME(fill_rows), NAME(column_sums), NAME(column_dots), NAME(scale_columns), NAME(scale), NAME(gather_rows), NAME(copy),
    NAME(add), NAME(transpose),
    NAME(first_non_finite), NAME(largest_magnitude),
    NAME(embed), NAME(embed_backward), NAME(embed_weight_gradient), NAME(encode_bins), NAME(encode_bins_backward),
    NAME(periodic), NAME(periodic_backward), NAME(fold_columns), NAME(member_gradient),
    NAME(exponentials), NAME(logarithms),
};

#undef LANES
#undef FLATTEN
#undef ELEMENT_LOSS
#undef OPTIMIZER
#undef ROOT
#undef ABS
#undef CLAMP
#undef REAL
#undef BITS
#undef UBITS
#undef NAME
#undef LOG
#undef TABLE
#undef IS_DOUBLE
