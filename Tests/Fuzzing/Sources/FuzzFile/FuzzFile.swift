import BinaryInput
import Keyspace
import RDB

/// Whole files: everything that `verify` does, with and without a checksum that fits.
@c(LLVMFuzzerTestOneInput)
public func fuzzFile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  var options = Verification.Options()
  options.targets = [ServerRelease.all[9]]
  let verification = Verification(of: InputFile(bytes, named: "fuzz"), options)
  // A verdict without a reason, or a reason without a verdict, is a bug.
  let hasError = verification.problems.contains { $0.severity == .error }
  precondition(hasError == (verification.isIntact != true))
  return 0
}
