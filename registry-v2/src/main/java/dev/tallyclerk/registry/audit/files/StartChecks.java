package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.internal.subject.UserIds;
import dev.tallyclerk.registry.audit.files.AccountFile.Account;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.layer.LayerEntry;
import dev.tallyclerk.registry.model.ExecutionParameters;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the files show together with the configuration: the user, the command and the variables. */
final class StartChecks {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int MAX_FOLDERS = 100;

    private final ExecutionParameters execution;
    private final ImageFileSystem files;
    private final ContentFiles contents;
    private final Findings findings;

    private StartChecks(
            ExecutionParameters execution, ImageFileSystem files, ContentFiles contents, Findings findings) {
        this.execution = execution;
        this.files = files;
        this.contents = contents;
        this.findings = findings;
    }

    static void look(ExecutionParameters execution, ImageFileSystem files, ContentFiles contents, Findings findings) {
        StartChecks checks = new StartChecks(execution, files, contents, findings);
        checks.userExists();
        checks.searchPath();
        ElfChecks.variable(variable(execution, "LD_LIBRARY_PATH", ""), files, findings);
        checks.applicationFiles();
    }

    private static String userPart(String user) {
        int colon = user.indexOf(':');
        return colon < 0 ? user : user.substring(0, colon);
    }

    private void userExists() {
        String user = userPart(execution.user());
        if (user.isEmpty() || UserIds.isNumber(user)) {
            findings.notApplicable("IMG-003", "the image selects no user by name");
            return;
        }
        ContentFile passwd = contents.at("etc/passwd");
        if (passwd != null && !passwd.isRead()) {
            findings.unknown("IMG-003", passwd.describeProblem());
        } else if (account(user).isEmpty()) {
            findings.report(
                    "IMG-003",
                    passwd == null ? 0 : passwd.layer(),
                    "etc/passwd",
                    passwd == null ? "does not exist, but the image selects a user by name" : "lacks the image's user",
                    Evidence.of("User", execution.user()));
        }
    }

    private Optional<Account> account(String name) {
        ContentFile passwd = contents.at("etc/passwd");
        return passwd == null
                ? Optional.empty()
                : AccountFile.parse(passwd).records().stream()
                        .filter(account -> account.name().equals(name))
                        .findFirst();
    }

    /** {@return the number of the image's user, or -1 if it is not known} */
    private long userId() {
        String user = userPart(execution.user());
        if (user.isEmpty()) {
            return 0;
        }
        if (UserIds.isNumber(user)) {
            return UserIds.isOutOfRange(user) ? -1 : Long.parseLong(user);
        }
        return account(user).map(account -> account.id(2)).orElse(user.equals("root") ? 0L : -1L);
    }

    private List<String> searchFolders() {
        return searchFolders(execution);
    }

    /** {@return the absolute directories of the variable PATH} */
    static List<String> searchFolders(ExecutionParameters execution) {
        String path = variable(execution, "PATH", DEFAULT_PATH);
        return List.of(path.split(":", MAX_FOLDERS)).stream()
                .filter(folder -> folder.startsWith("/"))
                .toList();
    }

    /** {@return the last value of a variable} */
    private static String variable(ExecutionParameters execution, String name, String otherwise) {
        String value = otherwise;
        for (String variable : execution.env()) {
            value = variable.startsWith(name + "=") ? variable.substring(name.length() + 1) : value;
        }
        return value;
    }

    private void searchPath() {
        Set<String> seen = new LinkedHashSet<>();
        for (String folder : searchFolders()) {
            ImageFile found = files.resolve(folder).orElse(null);
            if (found == null || found.type() != LayerEntry.Type.DIRECTORY || !seen.add(found.path())) {
                continue;
            }
            if ((found.mode() & 0002) != 0 || found.uid() != 0) {
                findings.report(
                        "FS-048",
                        found.origin().index(),
                        found.path(),
                        found.uid() == 0
                                ? "is searched for programs, and can be written by anyone"
                                : "is searched for programs, and belongs to user " + found.uid(),
                        mode(found));
            }
        }
    }

    private static Evidence mode(ImageFile file) {
        return Evidence.of("mode", String.format(Locale.ROOT, "%04o", file.mode()));
    }

    private void applicationFiles() {
        long user = userId();
        if (user <= 0) {
            if (user == 0) {
                findings.notApplicable("FS-047", "the image runs as root, which can write every file");
            } else {
                findings.unknown("FS-047", "the number of the image's user is not known");
            }
            return;
        }
        Set<String> seen = new LinkedHashSet<>();
        for (ImageFile file : started()) {
            boolean isWritable = (file.uid() == user && (file.mode() & 0200) != 0) || (file.mode() & 0002) != 0;
            if (isWritable && seen.add(file.path())) {
                findings.report(
                        "FS-047",
                        file.origin().index(),
                        file.path(),
                        "is run by the image's user, who can write it",
                        mode(file));
            }
        }
    }

    /** {@return the program and the files among its arguments, which may be scripts or archives} */
    private List<ImageFile> started() {
        List<String> words = new ArrayList<>(execution.entrypoint());
        words.addAll(execution.command());
        List<ImageFile> found = new ArrayList<>();
        String folder = execution.workingDir().isEmpty() ? "/" : execution.workingDir();
        for (int i = 0; i < Math.min(words.size(), MAX_FOLDERS); i++) {
            String word = words.get(i);
            if (word.isEmpty() || word.startsWith("-") || word.length() > 4096) {
                continue;
            }
            Optional<ImageFile> file = word.contains("/") || i > 0
                    ? files.resolve(word.startsWith("/") ? word : folder + "/" + word)
                    : program(word);
            file.filter(one -> one.type() == LayerEntry.Type.FILE).ifPresent(found::add);
        }
        return found;
    }

    private Optional<ImageFile> program(String name) {
        for (String folder : searchFolders()) {
            Optional<ImageFile> file = files.resolve(folder + "/" + name);
            if (file.isPresent()) {
                return file;
            }
        }
        return Optional.empty();
    }
}
