/// The element types of tensors in safetensors files.
///
/// In the order of the format's reference implementation, which puts the tensors of later types first. Types smaller
/// than a byte, eight-bit floating-point types and complex types are not supported.
package enum SafetensorsType: String, CaseIterable, Sendable {
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case int16 = "I16"
    case uint16 = "U16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int32 = "I32"
    case uint32 = "U32"
    case float32 = "F32"
    case float64 = "F64"
    case int64 = "I64"
    case uint64 = "U64"

    /// The type in which a model's scalars are written.
    static func of<Scalar: BLASScalar>(_: Scalar.Type) -> SafetensorsType {
        Scalar.self == Double.self ? .float64 : .float32
    }

    /// Whether a model can be read from this type.
    var isFloatingPoint: Bool {
        switch self {
        case .float64, .float32, .float16, .bfloat16: true
        default: false
        }
    }

    package var bytes: Int {
        switch self {
        case .bool, .uint8, .int8: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .float64, .int64, .uint64: 8
        }
    }
}

/// A number that can be stored unchanged as an element of a tensor in a safetensors file.
package protocol SafetensorsNumber: MachineNumber {
    static var safetensorsType: SafetensorsType { get }
}

extension Int8: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .int8 } }
extension Int16: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .int16 } }
extension Int32: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .int32 } }
extension Int64: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .int64 } }
extension Int: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .int64 } }
extension UInt8: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .uint8 } }
extension UInt16: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .uint16 } }
extension UInt32: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .uint32 } }
extension UInt64: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .uint64 } }
extension Float: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .float32 } }
extension Double: SafetensorsNumber { package static var safetensorsType: SafetensorsType { .float64 } }
