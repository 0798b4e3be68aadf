/// The scalar types that BLAS computes with: `Float` and `Double`.
///
/// Write your own layers and losses generic over it. Only the two types of the standard library can conform: the
/// requirement with an underscore names the kernels that exist for them.
public protocol BLASScalar: BinaryFloatingPoint, BitwiseCopyable, Codable, Sendable {
    /// The elementwise loops for this type.
    static var _kernelTable: _KernelTable { get }
}

extension Double: BLASScalar {
    public static let _kernelTable = _KernelTable.best(for: Double.self)
}

extension Float: BLASScalar {
    public static let _kernelTable = _KernelTable.best(for: Float.self)
}
