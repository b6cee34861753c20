import Testing

/// What belongs into the repository, and what does not.
@Suite struct RepositoryTests {
  @Test("nothing that a build makes is committed", .enabled(if: ProjectFiles.committed != nil, "this is no clone"))
  func noProducts() throws {
    for path in try #require(ProjectFiles.committed) {
      #expect(!path.hasPrefix(".build") && !path.hasSuffix("Package.resolved") && !path.hasSuffix(".profraw"))
    }
  }

  @Test("no file names a place of one machine", .enabled(if: ProjectFiles.committed != nil, "this is no clone"))
  func noPlacesOfOneMachine() throws {
    let places = ["../" + "shared", "/" + "work/", "/" + "opt/swift", "/" + "root/", "/" + "home/", "/" + "tmp/w/"]
    for path in try #require(ProjectFiles.committed) where ProjectFiles.exists(path) {
      guard let text = try? ProjectFiles.text(path) else { continue }
      for place in places { #expect(!text.contains(place), "\(path) names \(place)") }
    }
  }

  @Test("the documents that people expect are there")
  func documents() throws {
    for path in ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE", "Makefile", ".ci/run"] {
      #expect(ProjectFiles.exists(path), "\(path)")
    }
    #expect(try ProjectFiles.text("CHANGELOG.md").contains("\n## Unreleased\n"))
    let readme = try ProjectFiles.text("README.md")
    #expect(readme.contains("make demo") && readme.contains("make test"))
  }

  @Test("links between documents lead somewhere", arguments: ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
  func links(document: String) throws {
    for link in try ProjectFiles.text(document).matches(of: /\]\(([^)#]+)[^)]*\)/) where !link.1.contains("://") {
      #expect(ProjectFiles.exists(String(link.1)), "\(document) links to \(link.1)")
    }
  }

  @Test("scripts/README.md lists every script")
  func scripts() throws {
    let listed = try ProjectFiles.text("scripts/README.md").matches(of: /\n\| `([a-z.-]+)/).map { String($0.1) }
    #expect(listed.sorted() == (try ProjectFiles.names(in: "scripts").filter { $0 != "README.md" }))
  }

  @Test("every target of the Makefile says what it does")
  func makeTargets() throws {
    let makefile = try ProjectFiles.text("Makefile")
    let phony = try #require(makefile.firstMatch(of: /\n\.PHONY: (.*)\n/)).1.split(separator: " ").map(String.init)
    let explained = makefile.matches(of: /\n([a-z-]+):.*##\s/).map { String($0.1) }
    #expect(phony.sorted() == explained.sorted())
  }
}
