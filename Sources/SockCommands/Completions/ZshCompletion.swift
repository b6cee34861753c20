/// The completions for zsh.
enum ZshCompletion {
  static var script: String {
    """
    #compdef sock
    # Completions of sock for zsh: made by sock --generate-completion-script zsh.

    _sock_interfaces() {
      local -a names=(/sys/class/net/*(N:t))
      compadd -a names
    }

    _sock_hosts() {
      local -a names=(${=${(f)"$(sed -e 's/#.*//' -e 's/^[^[:space:]]*//' /etc/hosts 2>/dev/null)"}})
      compadd -a names
    }

    _sock_socket_options() {
      local -a names=(\(CompletionScript.socketOptions.joined(separator: " ")))
      compadd -M 'm:{a-z}={A-Z}' -S '' -a names
    }

    # The words of an endpoint: a path where a Unix socket is meant, or else a host.
    _sock_endpoint() {
      if (( ${words[(I)(-U|--unix)]} )) || [[ $PREFIX == [./~]* ]]; then
        _files
      elif compset -P 'unix:'; then
        _files
      else
        _sock_hosts
      fi
    }

    _sock_verbs() {
      local -a verbs=(
    \(verbs)
      )
      _describe -t verbs verb verbs
    }

    _sock() {
      local curcontext=$curcontext state line
      local -A opt_args
      if (( CURRENT == 2 )); then
        _sock_verbs
        _arguments '(-h --help)'{-h,--help}'[Show a summary]' '--version[Show the version]' \\
          '--generate-completion-script[Print completions]:shell:(bash zsh fish)'
        return
      fi
      local verb=$words[2]
      shift words
      (( CURRENT-- ))
      case $verb in
      help) _sock_verbs ;;
      --generate-completion-script) compadd bash zsh fish ;;
    \(Verb.allCases.map(arguments).joined(separator: "\n"))
      esac
    }

    # Autoloaded, this file is the function's body; sourced, it registers the function.
    if [[ $funcstack[1] == _sock ]]; then
      _sock "$@"
    else
      compdef _sock sock
    fi

    """
  }

  private static var verbs: String {
    Verb.allCases.map { verb in
      "    " + CompletionScript.quoted("\(verb.rawValue):" + escaped(verb.command.abstract, [":"]))
    }.joined(separator: "\n")
  }

  private static func arguments(of verb: Verb) -> String {
    let entries = CompletionScript.entries.filter { $0.verbs.contains(verb) }
    let help = "'(-h --help)'{-h,--help}'[Show help]'"
    let specifications = [help] + entries.map(specification) + [operand(of: verb)]
    return "  \(verb.rawValue)) _arguments -s -S " + specifications.joined(separator: " \\\n      ") + " ;;"
  }

  /// `'(-w --timeout)'{-w+,--timeout=}'[Wait …]:secs: '`.
  private static func specification(_ entry: CompletionScript.Entry) -> String {
    let takesValue = entry.value.kind != .none
    let sign = entry.value.kind == .optionalAttached ? "=-" : takesValue ? "=" : ""
    let long = "\(entry.option)\(sign)"
    var value = ""
    if takesValue {
      let colons = entry.value.kind == .required ? ":" : "::"
      value = "\(colons)\(escaped(entry.value.name.lowercased(), [":"])):\(action(entry.completion))"
    }
    let text = CompletionScript.quoted("[\(escaped(entry.summary, ["[", "]"]))]\(value)")
    let prefix = entry.option.repeats ? "*" : ""
    guard let letter = entry.option.letter else { return CompletionScript.quoted(prefix + long) + text }
    let exclusion = entry.option.repeats ? "'*'" : "'(-\(letter) \(entry.option))'"
    return "\(exclusion){-\(letter)\(takesValue ? "+" : ""),\(long)}\(text)"
  }

  private static func operand(of verb: Verb) -> String {
    switch verb.command.operandCompletion {
    case .none: "'*: :'"
    case .host: "'*:endpoint:_sock_endpoint'"
    case let other: "'*:word:\(action(other))'"
    }
  }

  private static func action(_ completion: ValueCompletion) -> String {
    switch completion {
    case .none: " "
    case .choices, .suggestions: "(" + (CompletionScript.words(of: completion) ?? []).joined(separator: " ") + ")"
    case .file: "_files"
    case .command: "_command_names -e"
    case .interface: "_sock_interfaces"
    case .host: "_sock_hosts"
    case .socketOption: "_sock_socket_options"
    }
  }

  private static func escaped(_ text: String, _ special: Set<Character>) -> String {
    text.reduce(into: "") { $0 += special.contains($1) ? "\\\($1)" : String($1) }
  }
}
