import CKernels

/// A random number for each element of a matrix that depends only on the element's place, so that the bits are
/// independent of threads and of interruptions of training.
///
/// The generator is Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), which has no
/// state: the seed is its key; update, layer, row and column are its counter.
public struct RandomField: Equatable, Sendable {
    /// The key of the generator.
    public let seed: UInt64
    /// The number of updates before this one.
    public let update: Int
    /// The index of the layer in the model.
    public let layer: Int
    /// The index in the batch of the pass's first row.
    public let firstRow: Int
    /// The completed fraction of the training, from 0 to 1, for layers whose randomness fades; 0 if its length is
    /// unknown.
    public let progress: Double

    /// Creates a field; the properties explain the arguments.
    public init(seed: UInt64, update: Int, layer: Int, firstRow: Int, progress: Double = 0) {
        self.seed = seed
        self.update = update
        self.layer = layer
        self.firstRow = firstRow
        self.progress = progress
    }

    /// 32 random bits, for a row counted from `firstRow`.
    public func bits(row: Int, column: Int) -> UInt32 {
        var bits: UInt32 = 0
        var field = RandomField(seed: seed, update: update, layer: layer, firstRow: firstRow + row).kernels
        Double._kernelTable.functions.random_bits(1, 1, column, &field, &bits)
        return bits
    }

    /// Uniform in [0, 1), a multiple of 2⁻³².
    public func uniform(row: Int, column: Int) -> Double { Double(bits(row: row, column: column)) * 0x1p-32 }

    /// The field as the kernels take it.
    var kernels: CRandomField {
        CRandomField(
            seed: seed, update: UInt64(update), layer: UInt32(truncatingIfNeeded: layer),
            first_row: UInt32(truncatingIfNeeded: firstRow))
    }
}
