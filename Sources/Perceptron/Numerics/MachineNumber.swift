#if _endian(big)
    #error("Numbers in files are little-endian and used without conversion; this machine is big-endian")
#endif

/// A processor's number type for which every bit pattern is valid, so that bytes of a file can be reinterpreted.
package protocol MachineNumber: BitwiseCopyable, Sendable {}

extension Int: MachineNumber {}
extension Int8: MachineNumber {}
extension Int16: MachineNumber {}
extension Int32: MachineNumber {}
extension Int64: MachineNumber {}
extension UInt8: MachineNumber {}
extension UInt16: MachineNumber {}
extension UInt32: MachineNumber {}
extension UInt64: MachineNumber {}
extension Float: MachineNumber {}
extension Double: MachineNumber {}

extension Span where Element == UInt8 {
    /// The bytes as little-endian numbers, without copying; nil if they are not aligned.
    @_lifetime(copy self)
    func numbers<Number: MachineNumber>(of type: Number.Type) -> Span<Number>? {
        let size = MemoryLayout<Number>.stride
        precondition(count.isMultiple(of: size), "whole numbers")
        let memory = withUnsafeBytes { $0 }
        guard UInt(bitPattern: memory.baseAddress).isMultiple(of: UInt(MemoryLayout<Number>.alignment)) else {
            return nil
        }
        return _overrideLifetime(Span<Number>(_unsafeBytes: memory), copying: self)
    }
}

extension Array where Element: MachineNumber {
    /// The numbers whose bytes these are, little-endian.
    package init(copying bytes: Span<UInt8>) {
        let count = bytes.count / MemoryLayout<Element>.stride
        precondition(count * MemoryLayout<Element>.stride == bytes.count, "whole numbers")
        self.init(
            count: count,
            initializing: { memory in
                bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(memory).copyMemory(from: $0) }
            })
    }
}

extension [UInt8] {
    /// Appends bytes that lie in memory.
    mutating func append(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { append(contentsOf: $0) }
    }
}
