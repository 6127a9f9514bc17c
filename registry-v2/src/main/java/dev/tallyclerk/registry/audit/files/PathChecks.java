package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.internal.text.Words;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the paths of merged files show. Used for one image. */
final class PathChecks {
    private static final Set<String> PROGRAM_FOLDERS =
            Words.set("bin sbin usr/bin usr/sbin usr/local/bin usr/local/sbin usr/libexec/docker/cli-plugins");

    /** Programs by the rule that they break. */
    private static final Map<String, Set<String>> PROGRAMS = Map.of(
            "FS-038",
            Words.set("apk apt apt-get dnf dnf5 dpkg emerge microdnf opkg pacman rpm tdnf xbps-install yum zypper"),
            "FS-039",
            Words.set("""
                    as c++ cargo cc clang clang++ cmake cpp g++ gcc gfortran go javac ld make meson ninja rustc tcc
                    """),
            "FS-040",
            Words.set("""
                    curl dig ftp gdb gdbserver hping3 masscan nc nc.openbsd nc.traditional ncat netcat nmap nping
                    nslookup rsh scp sftp socat ssh strace tcpdump telnet tftp tshark wget
                    """),
            "FS-041",
            Words.set("ash bash busybox csh dash fish ksh mksh sh tcsh zsh"),
            "FS-054",
            Words.set("""
                    buildah buildctl containerd crictl crun ctr docker docker-compose dockerd kubectl kubelet nerdctl
                    podman runc skopeo
                    """));

    private static final Set<String> SERVERS = Words.set("sshd dropbear");

    private static final Set<String> CREDENTIAL_FILES = Words.set("""
            .env .git-credentials .htpasswd .my.cnf .netrc .pgpass .pypirc .s3cfg credential credential.json
            credentials credentials.json credentials.xml id_dsa id_ecdsa id_ecdsa_sk id_ed25519 id_ed25519_sk id_rsa
            kubeconfig password.txt passwords.txt secret_token.rb secrets.json secrets.yaml secrets.yml terraform.tfstate
            """);

    /** The rule on names of files. */
    private static final String CREDENTIAL_FILE = "FS-023";

    /** The rule on extensions of names. */
    private static final String CREDENTIAL_TYPE = "FS-024";

    private static final Set<String> CREDENTIAL_TYPES = Words.set("""
            agilekeychain bks jceks jks kdb kdbx keychain keystore keytab ovpn p12 pfx pkcs12 ppk private-key psafe3
            secret tblk
            """);

    private static final Set<String> HISTORIES = Words.set("""
            .ash_history .bash_history .history .irb_history .ksh_history .lesshst .mysql_history .node_repl_history
            .psql_history .python_history .rediscli_history .sh_history .sqlite_history .viminfo .zsh_history
            """);

    private static final Set<String> SOURCE_CONTROL = Words.set(".git .svn .hg .bzr");

    private static final Set<String> BUILD_FILES = Words.set("""
            .DS_Store .dockerignore .gitignore .gitlab-ci.yml .travis.yml .vimrc Containerfile Dockerfile Jenkinsfile
            compose.yaml compose.yml docker-compose.yaml docker-compose.yml
            """);

    private static final Set<String> BUILD_FOLDERS = Words.set(".vscode .idea");

    /** The caches of language tools, by the ends of their paths. */
    private static final Set<String> CACHES = Words.set("""
            .bun/install/cache .bundle/cache .cabal/packages .cache/bazel .cache/composer .cache/coursier .cache/deno
            .cache/go-build .cache/node-gyp .cache/pdm .cache/pip .cache/pipenv .cache/pnpm .cache/pre-commit
            .cache/pypoetry .cache/uv .cache/yarn .cargo/git .cargo/registry .composer/cache .conda/pkgs .cpan/build
            .cpan/sources .cpanm/work .gradle/caches .hex/packages .ivy2/cache .local/share/NuGet/http-cache
            .local/share/NuGet/v3-cache .m2/repository .npm/_cacache .nuget/packages .opam/download-cache
            .yarn/berry/cache anaconda3/pkgs conda/pkgs go/pkg/mod/cache local/cargo/git local/cargo/registry
            mambaforge/pkgs miniconda3/pkgs miniforge3/pkgs pnpm/store var/cache/pip
            """);

    /** Caches that are known by one name wherever they are. */
    private static final Set<String> CACHE_NAMES = Words.set("_cacache .pnpm-store");

    /** The last names of all of them, by which most directories are told to be none. */
    private static final Set<String> CACHE_ENDS = Stream.concat(CACHES.stream(), CACHE_NAMES.stream())
            .map(cache -> cache.substring(cache.lastIndexOf('/') + 1))
            .collect(Collectors.toUnmodifiableSet());

    private static final int MOST_CACHE_PARTS = 3;

    private static final Set<String> SYSTEM_CACHES = Words.set("yum dnf libdnf libdnf5 microdnf pacman zypp tdnf");

    /** What dnf and conda leave when they clean their caches. */
    private static final Set<String> EMPTY_CACHE = Words.set("expired_repos.json tempfiles.json urls urls.txt");

    private static final Set<String> OTHERS_CODE =
            Words.set("node_modules vendor site-packages dist-packages testdata");

    /** Files beside those that cron and init start. */
    private static final Set<String> OTHERS_OF_CRON = Words.set("README cron.allow cron.deny functions");

    private static final Pattern CORE = Pattern.compile("core(\\.[0-9]+)?");

    private final Findings findings;
    private final Map<String, Total> totals = new LinkedHashMap<>();

    PathChecks(Findings findings) {
        this.findings = findings;
    }

    /** The files below a directory. */
    private static final class Total {
        private final String rule;
        private final String folder;
        private final int layer;
        private long files;
        private long bytes;

        Total(String rule, String folder, int layer) {
            this.rule = rule;
            this.folder = folder;
            this.layer = layer;
        }
    }

    void look(ImageFile file) {
        String path = file.path();
        String name = file.name();
        int layer = file.origin().index();
        boolean isFile = file.type() == LayerEntry.Type.FILE;
        if (file.type() == LayerEntry.Type.DIRECTORY) {
            folder(path, name, layer);
            return;
        }
        programs(path, name, layer);
        started(path, name, layer, isFile);
        if (!isFile) {
            return;
        }
        systemFiles(file, path, name, layer);
        if (!isOthersCode(path)) {
            names(file, path, name, layer);
        }
        caches(file, path, name, layer);
    }

    private void folder(String path, String name, int layer) {
        if (SOURCE_CONTROL.contains(name) && !isOthersCode(path)) {
            findings.report("FS-034", layer, path, "is the directory of a source-control system");
        } else if (BUILD_FOLDERS.contains(name) && !isOthersCode(path)) {
            findings.report("FS-035", layer, path, "is left from the build or an editor");
        }
    }

    private void programs(String path, String name, int layer) {
        String folder = path.substring(0, Math.max(path.length() - name.length() - 1, 0));
        if (!PROGRAM_FOLDERS.contains(folder)) {
            return;
        }
        PROGRAMS.forEach((rule, names) -> {
            if (names.contains(name)) {
                findings.report(rule, layer, path, message(rule));
            }
        });
        if (SERVERS.contains(name)) {
            findings.report("FS-027", layer, path, "is an SSH server");
        }
    }

    private static String message(String rule) {
        return switch (rule) {
            case "FS-038" -> "is a package manager";
            case "FS-039" -> "is a compiler or build tool";
            case "FS-040" -> "is a network or debugging tool";
            case "FS-041" -> "is a shell";
            default -> "is a client or part of a container engine";
        };
    }

    /** A file that cron or init starts, or a link to one. */
    private void started(String path, String name, int layer, boolean isFile) {
        boolean isStarted = path.startsWith("etc/cron")
                || path.equals("etc/anacrontab")
                || path.startsWith("etc/periodic/")
                || path.startsWith("etc/init.d/");
        boolean isOther = name.startsWith(".") || OTHERS_OF_CRON.contains(name);
        if ((isStarted && !isOther) || (isFile && path.startsWith("var/spool/cron/"))) {
            findings.report("FS-049", layer, path, "is started by cron or init");
        }
    }

    private void systemFiles(ImageFile file, String path, String name, int layer) {
        if (path.startsWith("etc/")) {
            if (path.startsWith("etc/ssh/ssh_host_") && name.endsWith("_key") && file.size() > 0) {
                findings.report("FS-017", layer, path, "is a private key of an SSH server, the same in each container");
            }
        } else if (path.startsWith("tmp/") || path.startsWith("var/tmp/")) {
            findings.report("FS-053", layer, path, "is a temporary file", size(file));
        } else if (path.startsWith("var/log/") && file.size() > 0) {
            findings.report("FS-037", layer, path, "is a log of the build", size(file));
        }
        if (CORE.matcher(name).matches() && file.size() > 4096 && !isOthersCode(path)) {
            findings.report("FS-037", layer, path, "has the name of a core dump", size(file));
        }
        if (name.endsWith(".sock") && (path.startsWith("run/") || path.startsWith("var/run/"))) {
            findings.report("FS-054", layer, path, "has the name of a socket of an engine");
        }
    }

    private void names(ImageFile file, String path, String name, int layer) {
        if (HISTORIES.contains(name) && file.size() > 0) {
            findings.report("FS-036", layer, path, "is the history of a shell or client", size(file));
        }
        if (isManual(path)) {
            return;
        }
        if (CREDENTIAL_FILES.contains(name) && file.size() > 0) {
            findings.report(CREDENTIAL_FILE, layer, path, "has a name that is used for credentials");
        }
        if (file.size() > 0 && isCredentialType(name)) {
            findings.report(CREDENTIAL_TYPE, layer, path, "has an extension that is used for keys and passwords");
        }
        if (BUILD_FILES.contains(name)) {
            findings.report("FS-035", layer, path, "is left from the build or an editor");
        }
    }

    private static boolean isManual(String path) {
        return path.startsWith("usr/share/doc/") || path.startsWith("usr/share/man/");
    }

    private static boolean isCredentialType(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && CREDENTIAL_TYPES.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /** {@return the rule that a file breaks by its name, whatever it has} */
    static Optional<String> ruleOnName(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean isFile = CREDENTIAL_FILES.contains(name);
        if (!(isFile || isCredentialType(name)) || isOthersCode(path) || isManual(path)) {
            return Optional.empty();
        }
        return Optional.of(isFile ? CREDENTIAL_FILE : CREDENTIAL_TYPE);
    }

    /** {@return whether a rule is one on names} */
    static boolean isByName(String rule) {
        return rule.equals(CREDENTIAL_FILE) || rule.equals(CREDENTIAL_TYPE);
    }

    private void caches(ImageFile file, String path, String name, int layer) {
        if (path.startsWith("var/lib/apt/lists/")) {
            if (!name.equals("lock") && !path.contains("/partial/")) {
                add("FS-029", "var/lib/apt/lists", file, layer);
            }
        } else if (path.startsWith("var/cache/")) {
            systemCaches(file, path, name, layer);
        } else if (path.startsWith("etc/apk/cache/")) {
            add("FS-031", "etc/apk/cache", file, layer);
        }
        for (int end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
            // A cache in a cache counts once.
            String folder = path.substring(0, end);
            if (isCache(folder)) {
                if (!EMPTY_CACHE.contains(name)) {
                    add("FS-033", folder, file, layer);
                }
                return;
            }
        }
        if (name.endsWith(".gem") && path.endsWith("/cache/" + name)) {
            add("FS-033", path.substring(0, path.length() - name.length() - 1), file, layer);
        }
    }

    private void systemCaches(ImageFile file, String path, String name, int layer) {
        String cache = path.substring("var/cache/".length());
        String tool = cache.substring(0, Math.max(cache.indexOf('/'), 0));
        if (cache.startsWith("apt/archives/") && name.endsWith(".deb")) {
            add("FS-030", "var/cache/apt/archives", file, layer);
        } else if (tool.equals("apk")) {
            add("FS-031", "var/cache/apk", file, layer);
        } else if (SYSTEM_CACHES.contains(tool) && !EMPTY_CACHE.contains(name)) {
            add("FS-032", "var/cache/" + tool, file, layer);
        }
    }

    private static boolean isCache(String folder) {
        int slash = folder.lastIndexOf('/');
        String name = folder.substring(slash + 1);
        if (!CACHE_ENDS.contains(name)) {
            return false;
        }
        if (CACHE_NAMES.contains(name)) {
            return true;
        }
        int before = slash;
        for (int i = 0; i < MOST_CACHE_PARTS && before >= 0; i++) {
            before = folder.lastIndexOf('/', before - 1);
            if (CACHES.contains(folder.substring(before + 1))) {
                return true;
            }
        }
        return false;
    }

    private void add(String rule, String folder, ImageFile file, int layer) {
        Total total = totals.get(rule + folder);
        if (total == null) {
            if (totals.size() >= Findings.MAX_SIGHTINGS) {
                return;
            }
            total = new Total(rule, folder, layer);
            totals.put(rule + folder, total);
        }
        total.files++;
        total.bytes += file.size();
    }

    /** Reports the directories whose files were counted. */
    void finish() {
        for (Total total : totals.values()) {
            findings.report(
                    total.rule,
                    total.layer,
                    total.folder,
                    "has " + total.files + (total.files == 1 ? " file" : " files") + " of a cache, " + total.bytes
                            + " bytes");
        }
    }

    private static boolean isOthersCode(String path) {
        for (String name : OTHERS_CODE) {
            int at = path.indexOf(name + "/");
            if (at == 0 || (at > 0 && path.charAt(at - 1) == '/')) {
                return true;
            }
        }
        return false;
    }

    private static Evidence size(ImageFile file) {
        return Evidence.of("size", Long.toString(file.size()));
    }
}
