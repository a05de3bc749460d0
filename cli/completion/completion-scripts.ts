/**
 * For each shell, a script that asks `dicom-lake complete` for lines of `value<tab>description`. Without an answer, the
 * shell offers files. The word under the cursor goes into a flag: PowerShell drops arguments that are empty.
 */
export const COMPLETION_SCRIPTS = {
  // Bash takes = for the end of a word, and is answered with what stands behind it.
  bash: `# bash completion of dicom-lake; bash 3.2 and newer, bash-completion is not needed
_dicom_lake() {
  local line tab=$'\\t' word="\${COMP_WORDS[COMP_CWORD]}"
  local -a before=()
  for line in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [ "$line" = '=' ] || before+=("$line")
  done
  [ "$word" = '=' ] && word=''
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%"$tab"*}")
  done < <("\${COMP_WORDS[0]}" complete "--word=$word" -- "\${before[@]}" 2>/dev/null)
}
complete -o bashdefault -o default -F _dicom_lake dicom-lake
`,
  zsh: `#compdef dicom-lake
# zsh completion of dicom-lake
_dicom_lake() {
  local line tab=$'\\t'
  local -a found
  while IFS= read -r line; do
    found+=("\${\${line%%$tab*}//:/\\\\:}:\${line#*$tab}")
  done < <("\${words[1]}" complete "--word=\${words[CURRENT]}" -- "\${(@)words[2,CURRENT-1]}" 2>/dev/null)
  if (( \${#found} )); then
    _describe 'dicom-lake' found
  else
    _files
  fi
}
if [ "\${funcstack[1]}" = '_dicom_lake' ]; then
  _dicom_lake "$@"
else
  compdef _dicom_lake dicom-lake
fi
`,
  fish: `# fish completion of dicom-lake
function __dicom_lake_asked
    set -l before (commandline -opc)
    set -g __dicom_lake_found ($before[1] complete --word=(commandline -ct | string collect -a) -- $before[2..-1] 2>/dev/null)
    test (count $__dicom_lake_found) -gt 0
end
complete -c dicom-lake -n __dicom_lake_asked -f -k -a '$__dicom_lake_found'
`,
  powershell: `# PowerShell completion of dicom-lake
Register-ArgumentCompleter -Native -CommandName dicom-lake -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $start = $cursorPosition - $wordToComplete.Length
  $words = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $start } | ForEach-Object { $_.ToString() })
  $before = @($words | Select-Object -Skip 1)
  & $words[0] complete "--word=$wordToComplete" '--' @before 2>$null | ForEach-Object {
    $value, $description = $_ -split "\`t", 2
    if (-not $description) { $description = $value }
    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
  }
}
`,
} as const;

export type CompletionShell = keyof typeof COMPLETION_SCRIPTS;
