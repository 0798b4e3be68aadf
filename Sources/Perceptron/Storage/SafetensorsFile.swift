#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A safetensors file, mapped into memory: its tensors are read from disk on request.
package struct SafetensorsFile: Sendable {
    package let header: SafetensorsHeader
    private let file: MappedFile
    private let places: [String: Int]

    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` if it is not a safetensors
    ///   file.
    package init(contentsOf url: URL) throws(PerceptronError) {
        let file = try MappedFile(url)
        let header = try SafetensorsHeader(file.bytes, path: file.path)
        self.file = file
        self.header = header
        places = Dictionary(uniqueKeysWithValues: header.tensors.enumerated().map { ($1.name, $0) })
    }

    package var path: String { file.path }
    package var metadata: [String: String] { header.metadata }
    package var tensors: [SafetensorsTensor] { header.tensors }

    /// The tensor of that name; nil if there is none.
    package subscript(name: String) -> SafetensorsTensor? { places[name].map { header.tensors[$0] } }

    /// The tensor of that name.
    /// - Parameter shape: the shape that it must have; nil for any.
    /// - Throws: `PerceptronError.invalidFile` if there is none, or it has another shape.
    package func tensor(_ name: String, shape: [Int]? = nil) throws(PerceptronError) -> SafetensorsTensor {
        guard let tensor = self[name] else {
            throw failure("there is no tensor \"\(name)\"; there are \(header.tensors.names)")
        }
        if let shape, shape != tensor.shape {
            throw failure("tensor \"\(name)\" has the shape \(tensor.shape); \(shape) is expected")
        }
        return tensor
    }

    /// The elements of a tensor of floating-point numbers; only F64 read as Float is rounded.
    /// - Throws: `PerceptronError.invalidFile` if there is no such tensor.
    package func array<Scalar: BLASScalar>(
        _ name: String, of type: Scalar.Type, shape: [Int]? = nil
    ) throws(PerceptronError) -> [Scalar] {
        let tensor = try tensor(name, shape: shape)
        guard let scalars = tensor.scalars(of: type, in: file.bytes) else {
            throw failure("tensor \"\(name)\" is \(tensor.type.rawValue); F64, F32, F16 or BF16 are expected")
        }
        return scalars
    }

    /// The elements of a tensor of whole numbers.
    /// - Throws: `PerceptronError.invalidFile` if there is no such tensor, or one of its elements is beyond the range
    ///   of `Integer`.
    package func array<Integer: FixedWidthInteger>(
        _ name: String, of type: Integer.Type, shape: [Int]? = nil
    ) throws(PerceptronError) -> [Integer] {
        let tensor = try tensor(name, shape: shape)
        guard let integers = tensor.integers(of: type, in: file.bytes) else {
            throw failure("tensor \"\(name)\" is \(tensor.type.rawValue); whole numbers that fit \(type) are expected")
        }
        return integers
    }

    /// A two-dimensional tensor, or a one-dimensional one as a matrix with one row.
    /// - Throws: `PerceptronError.invalidFile` if there is no such tensor of floating-point numbers.
    package func matrix<Scalar: BLASScalar>(
        _ name: String, of type: Scalar.Type
    ) throws(PerceptronError) -> Matrix<Scalar> {
        let shape = try tensor(name).shape
        guard shape.count == 1 || shape.count == 2 else {
            throw failure("tensor \"\(name)\" has the shape \(shape); a matrix or a vector is expected")
        }
        let elements = try array(name, of: type)
        return Matrix(rows: shape.count == 2 ? shape[0] : 1, columns: shape[shape.count - 1], elements: elements)
    }

    /// A tensor's elements in place in the file; nil if there is no such tensor of exactly this type, or it isn't
    /// aligned for its type (old files were not padded).
    @_lifetime(borrow self)
    package func span<Number: SafetensorsNumber>(_ name: String, of type: Number.Type) -> Span<Number>? {
        guard let tensor = self[name], tensor.type == Number.safetensorsType else { return nil }
        return file.bytes.extracting(tensor.bytes).numbers(of: type)
    }

    private func failure(_ reason: String) -> PerceptronError { .invalidFile("\(path): \(reason)") }
}
