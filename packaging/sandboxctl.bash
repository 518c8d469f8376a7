# Completion for bash: sandboxctl itself knows what can come next.
_sandboxctl() {
  local IFS=$'\n'
  mapfile -t COMPREPLY < <(compgen -W "$(sandboxctl "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _sandboxctl sandboxctl
