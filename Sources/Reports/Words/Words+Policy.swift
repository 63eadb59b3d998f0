internal import Impact

/// What `policy` says.
extension Words {
  func policyIsSound(_ name: String, _ categories: Int) -> String {
    text("\(name): ok, \(categories) categories", "\(name)：正确，\(categories) 个分类")
  }
}
