// The elementwise loops of the library, each compiled for several instruction sets and for both scalar types.
//
// C, because Swift can't compile one function for several CPUs without unsafe flags. A matrix is `rows` rows of
// `columns` elements, `stride` elements apart; `void *` stands for the scalar type of the table a function is in.
// Scalar arguments are passed as double and rounded once.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// The activations by number.
typedef enum __attribute__((enum_extensibility(closed))) {
#define ACTIVATION(name, value, gradient) CActivation_##name,
#include "../activation_list.h"
#undef ACTIVATION
} CActivation;

#pragma clang assume_nonnull begin

/// The key of a matrix of random numbers. An element's number also depends on its row, counted from `first_row`, and
/// its column.
typedef struct {
    uint64_t seed, update;
    uint32_t layer, first_row;
} CRandomField;

/// The losses; the parameter of the class losses is the focusing gamma.
typedef enum __attribute__((enum_extensibility(closed))) {
    CLossSquared, CLossAbsolute, CLossHuber, CLossSmoothL1, CLossLogCosh, CLossQuantile, CLossPoisson,
    CLossGaussian, CLossCosine, CLossBinary, CLossClasses, CLossDivergence, CLossHinge,
} CLossKind;

/// What a class loss takes as outputs.
typedef enum __attribute__((enum_extensibility(closed))) {
    CLossOutputsLogits, CLossOutputsProbabilities, CLossOutputsLogProbabilities,
} CLossOutputs;

/// A loss and the rows to compute it for.
typedef struct {
    CLossKind kind;
    CLossOutputs form;
    /// At least one; the output columns use them in turn.
    const double *parameters;
    ptrdiff_t parameter_count;
    /// The fraction of the targets that is spread evenly over the classes.
    double smoothing;
    ptrdiff_t rows, columns;
    const void *outputs;
    ptrdiff_t outputs_stride;
    /// A matrix, or the class of each row.
    const void *_Nullable targets;
    ptrdiff_t targets_stride;
    const ptrdiff_t *_Nullable classes;
    /// Weights of the rows and of the classes; 1 if null.
    const double *_Nullable weights;
    const double *_Nullable class_weights;
    double scale;
    void *gradient;
    ptrdiff_t gradient_stride;
} CLoss;

/// The optimizers that update each parameter separately.
typedef enum __attribute__((enum_extensibility(closed))) {
    COptimizerSGD, COptimizerAdam, COptimizerNAdam, COptimizerRAdam, COptimizerRMSprop, COptimizerAdagrad,
    COptimizerAdadelta, COptimizerLion, COptimizerScheduleFree,
} COptimizerKind;

/// The numbers of an optimizer besides the vectors; each optimizer uses some of them.
typedef struct {
    /// The step size.
    double rate;
    /// The parameters are multiplied by this first: decoupled weight decay.
    double shrink;
    /// This times the parameters is added to the gradient: L2 decay.
    double decay;
    /// The decay rates of the mean of gradients and of the mean of their squares.
    double beta1, beta2;
    double epsilon;
    /// The root of the mean of squares is multiplied by this.
    double inverse_root;
    /// Its meaning depends on the optimizer.
    double weight;
    int nesterov;
} COptimizerNumbers;

/// One update of a range of parameters; states that the optimizer doesn't keep are NULL.
typedef struct {
    COptimizerKind kind;
    ptrdiff_t count;
    void *parameters;
    const void *gradients;
    void *_Nullable states[3];
    COptimizerNumbers numbers;
} COptimizerUpdate;

typedef struct {
    /// outputs = f(inputs; a, b), element by element; in place if inputs and outputs are the same.
    void (*activate)(CActivation activation, double a, double b, ptrdiff_t rows, ptrdiff_t columns, const void *inputs,
                     ptrdiff_t inputs_stride, void *outputs, ptrdiff_t outputs_stride);
    /// The gradients times the activation's derivative, computed from what was kept: its inputs or its outputs, as
    /// activation_list.h says. In place if gradients and results are the same.
    void (*activate_backward)(CActivation activation, double a, double b, ptrdiff_t rows, ptrdiff_t columns,
                              const void *kept, ptrdiff_t kept_stride, const void *gradients,
                              ptrdiff_t gradients_stride, void *results, ptrdiff_t results_stride);

    /// Each row: exp(x - max) / sum; backward s * (g - g.s). In place if inputs and outputs, or gradients and results, are the
    /// same.
    void (*softmax)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride, void *outputs,
                    ptrdiff_t outputs_stride);
    void (*softmax_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs, ptrdiff_t outputs_stride,
                             const void *gradients, ptrdiff_t gradients_stride, void *results,
                             ptrdiff_t results_stride);

    /// Each row: x - max - ln(sum of exp(x - max)); backward g - exp(y) (sum of g). In place as the softmax.
    void (*log_softmax)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride, void *outputs,
                        ptrdiff_t outputs_stride);
    void (*log_softmax_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *outputs, ptrdiff_t outputs_stride,
                                 const void *gradients, ptrdiff_t gradients_stride, void *results,
                                 ptrdiff_t results_stride);

    /// outputs = values where inputs > 0, otherwise weight times values; one weight, or one for each column.
    void (*scale_negatives)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                            const void *values, ptrdiff_t values_stride, const void *weight, ptrdiff_t weight_count,
                            void *outputs, ptrdiff_t outputs_stride);
    /// The sums of min(inputs, 0) times gradient, for each column or for all together; rows in order.
    void (*negative_dots)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                          const void *gradient, ptrdiff_t gradient_stride, void *sums, ptrdiff_t count);

    /// Each row: (x - mean) / sqrt(variance + epsilon), then * weight + bias unless the weight is null. Unless
    /// `statistics` is null, three numbers for each row are kept there for the backward pass.
    void (*layer_norm)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                       const void *_Nullable weight, const void *_Nullable bias, double epsilon, void *outputs,
                       ptrdiff_t outputs_stride, void *_Nullable statistics);
    void (*layer_norm_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                const void *output_gradient, ptrdiff_t output_stride, const void *_Nullable weight,
                                const void *statistics, void *gradient, ptrdiff_t gradient_stride);
    /// sums[c] = sum over rows of gradient[r][c] times the normalised inputs[r][c], followed by the sums of the
    /// gradient; rows in order.
    void (*layer_norm_parameter_gradients)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs,
                                           ptrdiff_t inputs_stride, const void *gradient, ptrdiff_t gradient_stride,
                                           const void *statistics, void *sums);

    /// The mean and the mean squared deviation of each column.
    void (*column_moments)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t stride, void *means,
                           void *variances);
    /// Each column: (x - mean) / sqrt(variance + epsilon) * weight + bias; weight and bias may be null.
    void (*normalize_columns)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                              const void *means, const void *variances, double epsilon,
                              const void *_Nullable weight, const void *_Nullable bias, void *outputs,
                              ptrdiff_t outputs_stride);
    /// The gradient if means and variances are those of the inputs.
    void (*normalize_columns_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                       const void *output_gradient, ptrdiff_t output_stride, const void *means,
                                       const void *variances, double epsilon, const void *_Nullable weight,
                                       void *gradient, ptrdiff_t gradient_stride);
    /// sums[c] = sum over rows of gradient[r][c] times the normalised inputs[r][c], rows in order.
    void (*normalized_column_dots)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                   const void *gradient, ptrdiff_t gradient_stride, const void *means,
                                   const void *variances, double epsilon, void *sums);

    /// Each row: x / sqrt(mean(x^2) + epsilon) * weight, where the weight may be null; factors[r] becomes 1 /
    /// sqrt(mean(x^2) + epsilon) of row r, unless it is null.
    void (*rms_norm)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                     const void *_Nullable weight, double epsilon, void *outputs, ptrdiff_t outputs_stride,
                     void *_Nullable factors);
    void (*rms_norm_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                              const void *output_gradient, ptrdiff_t output_stride, const void *_Nullable weight,
                              const void *factors, void *gradient, ptrdiff_t gradient_stride);
    void (*rms_norm_weight_gradient)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                     const void *gradient, ptrdiff_t gradient_stride, const void *factors, void *sums);

    /// 32 random bits for each element of a contiguous matrix; columns are counted from `first_column`.
    void (*random_bits)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t first_column, const CRandomField *field,
                        uint32_t *bits);
    /// y = `dropped` where the random bits are below `threshold`, otherwise x scale + shift; `kept` is 0 or 1.
    void (*dropout)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t first_column, const CRandomField *field,
                    uint32_t threshold, double scale, double shift, double dropped, const void *inputs,
                    ptrdiff_t inputs_stride, void *outputs, ptrdiff_t outputs_stride, uint8_t *kept,
                    ptrdiff_t kept_stride);
    /// gradient = scale times the output's gradient where an element was kept, otherwise 0.
    void (*dropout_backward)(ptrdiff_t rows, ptrdiff_t columns, const uint8_t *kept, ptrdiff_t kept_stride, double scale,
                             const void *output_gradient, ptrdiff_t output_stride, void *gradient,
                             ptrdiff_t gradient_stride);
    /// y = x + deviation times a normal number.
    void (*add_noise)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t first_column, const CRandomField *field,
                      double deviation, const void *inputs, ptrdiff_t inputs_stride, void *outputs,
                      ptrdiff_t outputs_stride);

    /// Returns the sum of a loss over some rows, and writes `scale` times the gradient of that sum.
    double (*loss)(const CLoss *loss);

    /// One update of a range of the parameters.
    void (*update)(const COptimizerUpdate *update);
    /// results = a * x + b * y; any of the three may be the same.
    void (*combine)(ptrdiff_t count, double a, const void *x, double b, const void *y, void *results);
    /// gradients += l1 * sign(parameters) + l2 * parameters.
    void (*penalise)(ptrdiff_t count, double l1, double l2, const void *parameters, void *gradients);
    /// Limits every element to -most ... most.
    void (*clamp)(ptrdiff_t count, double most, void *values);
    /// The sum of squares in double, in a fixed order.
    double (*sum_of_squares)(ptrdiff_t count, const void *values);

    /// Every row becomes a copy of `row`.
    void (*fill_rows)(ptrdiff_t rows, ptrdiff_t columns, const void *row, void *values, ptrdiff_t stride);
    /// sums[c] = sum over rows of values[r][c], rows in order.
    void (*column_sums)(ptrdiff_t rows, ptrdiff_t columns, const void *values, ptrdiff_t stride, void *sums);
    /// sums[c] = sum over rows of a[r][c] * b[r][c], rows in order.
    void (*column_dots)(ptrdiff_t rows, ptrdiff_t columns, const void *a, ptrdiff_t a_stride, const void *b,
                        ptrdiff_t b_stride, void *sums);
    /// outputs[r][c] = inputs[r][c] * weight[c] + bias[c]; no bias is a bias of zero.
    void (*scale_columns)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                          const void *weight, const void *_Nullable bias, void *outputs, ptrdiff_t outputs_stride);
    /// values[r][c] = values[r][c] * factor + row[c]; no row is a row of zeros.
    void (*scale)(ptrdiff_t rows, ptrdiff_t columns, void *values, ptrdiff_t stride, double factor,
                  const void *_Nullable row);
    /// Row r of `values` becomes row indices[r] of `source`.
    void (*gather_rows)(ptrdiff_t rows, ptrdiff_t columns, const void *source, ptrdiff_t source_stride,
                        const ptrdiff_t *indices, void *values, ptrdiff_t stride);
    void (*copy)(ptrdiff_t rows, ptrdiff_t columns, const void *source, ptrdiff_t source_stride, void *values,
                 ptrdiff_t stride);
    /// values[r][c] = a[r][c] + b[r][c].
    void (*add)(ptrdiff_t rows, ptrdiff_t columns, const void *a, ptrdiff_t a_stride, const void *b, ptrdiff_t b_stride,
                void *values, ptrdiff_t stride);
    /// values[c][r] = source[r][c], of a source of rows x columns.
    void (*transpose)(ptrdiff_t rows, ptrdiff_t columns, const void *source, ptrdiff_t source_stride, void *values,
                      ptrdiff_t stride);
    /// The index of the first NaN or infinity, or -1.
    ptrdiff_t (*first_non_finite)(ptrdiff_t count, const void *values);
    /// The largest magnitude, or NaN if there is one.
    double (*largest_magnitude)(ptrdiff_t count, const void *values);

    /// Each row with its code in `column` replaced by that row of the weight, categories x features: zeros for the code
    /// `categories`, NaN for anything that isn't a code.
    void (*embed)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride, ptrdiff_t column,
                  ptrdiff_t categories, ptrdiff_t features, const void *weight, void *outputs,
                  ptrdiff_t outputs_stride);
    /// The gradient of the other columns, and 0 for the column of codes; `columns` in all.
    void (*embed_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *gradient, ptrdiff_t gradient_stride,
                           ptrdiff_t column, ptrdiff_t features, void *input_gradient,
                           ptrdiff_t input_gradient_stride);
    /// sums[k][c] = sum over the rows of category first + k of gradient[r][c], rows in order.
    void (*embed_weight_gradient)(ptrdiff_t rows, ptrdiff_t features, const void *codes, ptrdiff_t codes_stride,
                                  const void *gradient, ptrdiff_t gradient_stride, ptrdiff_t first,
                                  ptrdiff_t categories, void *sums);

    /// Column c becomes the bins starts[c] to starts[c + 1]: (x - lower) * slope, limited to `least` ... `most`.
    void (*encode_bins)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                        const ptrdiff_t *starts, const double *lower, const double *slope, const double *least,
                        const double *most, void *outputs, ptrdiff_t outputs_stride);
    void (*encode_bins_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                                 const void *gradient, ptrdiff_t gradient_stride, const ptrdiff_t *starts,
                                 const double *lower, const double *slope, const double *least, const double *most,
                                 void *input_gradient, ptrdiff_t input_gradient_stride);

    /// Column c becomes the sines and then the cosines of its angles 2 pi frequency[c][k] x; with phases, the cosines
    /// of 2 pi frequency[c][k] x + phase[c][k] and then x.
    void (*periodic)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                     ptrdiff_t frequencies, const void *frequency, const void *_Nullable phase, void *outputs,
                     ptrdiff_t outputs_stride);
    /// Writes the gradient of the inputs, and adds those of frequencies and phases, rows in order.
    void (*periodic_backward)(ptrdiff_t rows, ptrdiff_t columns, const void *inputs, ptrdiff_t inputs_stride,
                              const void *gradient, ptrdiff_t gradient_stride, ptrdiff_t frequencies,
                              const void *frequency, const void *_Nullable phase, void *_Nullable input_gradient,
                              ptrdiff_t input_gradient_stride, void *_Nullable frequency_sums,
                              void *_Nullable phase_sums);

    /// input_gradient[r][c] = sum over members of gradient[r][member * columns + c] * factors[member][c].
    void (*fold_columns)(ptrdiff_t rows, ptrdiff_t columns, ptrdiff_t members, const void *gradient,
                         ptrdiff_t gradient_stride, const void *factors, void *input_gradient,
                         ptrdiff_t input_gradient_stride);
    /// The gradients of y = ((x * r) W) * s, from p = the product of x transposed and y's gradient: writes r p s to
    /// `weight_sums` or adds it, and writes the gradient of r, the row sums of p W s, and that of s, the column sums of
    /// r p W. All matrices are inputs x outputs and contiguous.
    void (*member_gradient)(ptrdiff_t inputs, ptrdiff_t outputs, const void *product, const void *weight,
                            const void *input_factors, const void *output_factors, int adds, void *weight_sums,
                            void *input_factor_gradient, void *output_factor_gradient);

    /// exp(x) and ln(x) in place, within two units in the last place.
    void (*exponential)(ptrdiff_t count, void *values);
    void (*logarithm)(ptrdiff_t count, void *values);
} CKernelTable;

/// The kernels' instruction sets, smallest first; a machine has all of them up to some variant.
typedef enum { CKernelBaseline = 0, CKernelAVX2 = 1, CKernelAVX512 = 2 } CKernelVariant;

/// The largest variant that this machine supports.
CKernelVariant ckernels_best_variant(void);
/// The tables of a variant, or of the best one that the machine supports.
const CKernelTable *ckernels_double(CKernelVariant variant);
const CKernelTable *ckernels_float(CKernelVariant variant);

/// A hint to the processor in a waiting loop.
static inline void ckernels_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

#pragma clang assume_nonnull end
#endif
