import CKernels

/// A random number for each element of a matrix, determined by the place of the element alone: bits depend neither on
/// threads nor on interruptions of training.
///
/// Philox 4×32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), a generator without a state: the
/// seed is its key, update, layer, row and column are its counter.
public struct RandomField: Equatable, Sendable {
    /// The key of the generator.
    public let seed: UInt64
    /// How many updates were done before.
    public let update: Int
    /// Which of the model's layers.
    public let layer: Int
    /// The place in the batch of the first row that a pass has.
    public let firstRow: Int
    /// How much of the run of training is done, from 0 to 1, for layers whose randomness fades; 0 if its length is
    /// unknown.
    public let progress: Double

    /// A field; the properties explain the arguments.
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

    /// The field as the kernels have it.
    var kernels: CRandomField {
        CRandomField(
            seed: seed, update: UInt64(update), layer: UInt32(truncatingIfNeeded: layer),
            first_row: UInt32(truncatingIfNeeded: firstRow))
    }
}
