# To be sourced by a script of the tree: install_packages NAME... installs what is missing of these packages (Debian).
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        printf 'This is no Debian; needed are: %s\n' "$*"
        return
    fi
    local missing=() package status
    for package; do
        status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
        [[ $status == installed ]] || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then
        return
    fi
    printf 'Installing %s\n' "${missing[*]}"
    local as_root=(env DEBIAN_FRONTEND=noninteractive)
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            printf 'There is no sudo here; as root: apt-get install %s\n' "${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo "${as_root[@]}")
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -qq --no-install-recommends "${missing[@]}" >/dev/null
}
