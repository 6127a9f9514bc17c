package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.audit.files.AccountFile.Account;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the databases of accounts show. */
final class AccountChecks {
    private static final String PASSWD = "etc/passwd";
    private static final String GROUP = "etc/group";
    private static final List<String> SHADOWS = List.of("etc/shadow", "etc/master.passwd");
    private static final String HASH = "FS-007";

    /** The files with hashes of passwords. */
    private static final Set<String> SECRETS = Set.of("etc/shadow", "etc/gshadow", "etc/master.passwd");

    /** More files that make those root who write them. */
    private static final Set<String> TRUSTED =
            Set.of(PASSWD, GROUP, "etc/sudoers", "etc/doas.conf", "etc/ld.so.preload", "etc/crontab");

    /** The hash of traditional crypt(3). */
    private static final Pattern OLD_HASH = Pattern.compile("[./0-9A-Za-z]{13}");

    private static final int MAX_NAMES = 20;

    private final ContentFiles contents;
    private final Findings findings;

    private AccountChecks(ContentFiles contents, Findings findings) {
        this.contents = contents;
        this.findings = findings;
    }

    static void look(ContentFiles contents, Findings findings) {
        AccountChecks checks = new AccountChecks(contents, findings);
        checks.shadow();
        checks.passwd();
        checks.group();
        checks.groupPasswords();
        contents.all().forEach(checks::modes);
    }

    /** Looks at who can read or write a file, which a link may lead to. */
    private void modes(ContentFile file) {
        LayerEntry entry = file.entry();
        String path = file.path();
        if (entry == null) {
            return;
        }
        if (SECRETS.contains(path) && (entry.mode() & 0004) != 0) {
            findings.report("FS-013", file.layer(), path, "can be read by anyone", EntryChecks.mode(entry));
        }
        boolean isTrusted = SECRETS.contains(path) || TRUSTED.contains(path) || path.startsWith("etc/sudoers.d/");
        if (isTrusted && ((entry.mode() & 0022) != 0 || entry.uid() != 0)) {
            // Images for any user ID of group 0 let that group write passwd.
            boolean isGroupOfRoot = entry.uid() == 0 && (entry.mode() & 0002) == 0 && entry.gid() == 0;
            findings.report(
                    "FS-014",
                    isGroupOfRoot ? Severity.HIGH : Severity.CRITICAL,
                    file.layer(),
                    path,
                    entry.uid() == 0 ? "can be written by others than root" : "belongs to user " + entry.uid(),
                    EntryChecks.mode(entry));
        }
    }

    /** {@return the accounts in a file; none, and the rules unknown or not applicable, if it cannot be read} */
    private List<Account> records(String path, List<String> rules) {
        ContentFile file = contents.at(path);
        if (file == null) {
            rules.forEach(rule -> findings.notApplicable(rule, "the image has no " + path));
            return List.of();
        }
        if (!file.isRead()) {
            rules.forEach(rule -> findings.unknown(rule, file.describeProblem()));
            return List.of();
        }
        AccountFile parsed = AccountFile.parse(file);
        if (!parsed.records().isEmpty() && parsed.file().lines().size() > AccountFile.MAX_LINES) {
            rules.forEach(rule -> findings.unknown(rule, path + " has more than " + AccountFile.MAX_LINES + " lines"));
        }
        return parsed.records();
    }

    private void shadow() {
        List<String> rules = List.of("FS-006", HASH);
        boolean isThere = SHADOWS.stream().anyMatch(path -> contents.at(path) != null);
        if (!isThere) {
            rules.forEach(rule -> findings.notApplicable(rule, "the image has no etc/shadow"));
            return;
        }
        for (String path : SHADOWS) {
            ContentFile file = contents.at(path);
            if (file == null) {
                continue;
            }
            for (Account account : records(path, rules)) {
                if (hasEmptyPassword(account) && !account.isOfNetwork()) {
                    report("FS-006", file, "has an account without a password", account);
                }
                hash(file, "account", account);
            }
        }
    }

    private static boolean hasEmptyPassword(Account account) {
        return "".equals(account.field(1)) && !account.name().isEmpty();
    }

    private void hash(ContentFile file, String what, Account account) {
        String password = account.field(1);
        if (password != null && isHash(password)) {
            report(HASH, file, "has " + (what.equals("account") ? "an " : "a ") + what + " with a password", account);
        }
    }

    private static boolean isHash(String password) {
        return (password.startsWith("$") && password.indexOf('$', 1) > 1)
                || (password.startsWith("_") && password.length() == 20)
                || OLD_HASH.matcher(password).matches();
    }

    private void passwd() {
        List<Account> accounts = records(PASSWD, List.of("FS-008", "FS-009", "FS-010"));
        ContentFile file = contents.at(PASSWD);
        if (file == null) {
            findings.notApplicable("FS-012", "the image has no " + PASSWD);
            return;
        }
        for (Account account : accounts) {
            if (hasEmptyPassword(account) && !account.isOfNetwork()) {
                report("FS-008", file, "has an account whose password field is empty", account);
            }
            boolean isRoot = account.isOfNetwork() ? account.id(2) == 0 : account.isZero(2);
            if (isRoot && !account.name().equals("root")) {
                report("FS-009", file, "has a second account with the rights of root", account);
            }
            hash(file, "account", account);
        }
        duplicates("FS-010", "user ID", file, accounts);
        names("user", file, accounts);
    }

    private void group() {
        List<Account> groups = records(GROUP, List.of("FS-011"));
        ContentFile file = contents.at(GROUP);
        if (file != null) {
            duplicates("FS-011", "group ID", file, groups);
            names("group", file, groups);
        }
    }

    /** Passwords of groups, which programs read from gshadow, or from group if that has no x. */
    private void groupPasswords() {
        for (String path : List.of(GROUP, "etc/gshadow")) {
            ContentFile file = contents.at(path);
            if (file != null && file.isRead()) {
                AccountFile.parse(file).records().forEach(group -> hash(file, "group", group));
            }
        }
    }

    private void duplicates(String rule, String what, ContentFile file, List<Account> records) {
        Map<Long, List<String>> names = new LinkedHashMap<>();
        for (Account account : records) {
            long number = account.id(2);
            if (number >= 0) {
                names.computeIfAbsent(number, key -> new ArrayList<>()).add(account.name());
            }
        }
        names.forEach((number, same) -> {
            if (same.size() > 1) {
                findings.report(
                        rule,
                        file.layer(),
                        file.path(),
                        "has a " + what + " twice",
                        Evidence.of("id", number.toString()),
                        Evidence.of("names", same.stream().limit(MAX_NAMES).collect(Collectors.joining(" "))));
            }
        });
    }

    private void names(String what, ContentFile file, List<Account> records) {
        Set<String> seen = new HashSet<>();
        Set<String> twice = new HashSet<>();
        for (Account account : records) {
            boolean isEntry = account.fields().size() > 2 && !account.isOfNetwork();
            if (isEntry && !seen.add(account.name()) && twice.add(account.name())) {
                report("FS-012", file, "has two entries of one " + what + " name", account);
            }
        }
    }

    private void report(String rule, ContentFile file, String message, Account account) {
        findings.report(rule, file.layer(), file.path(), message, Evidence.of("name", account.name()));
    }

    /** {@return the IDs in a database, or null if it is absent or was not read} */
    static @Nullable Set<Long> ids(ContentFiles contents, String path) {
        ContentFile file = contents.at(path);
        if (file == null || !file.isRead()) {
            return null;
        }
        Set<Long> ids = new HashSet<>();
        AccountFile.parse(file).records().forEach(account -> ids.add(account.id(2)));
        return ids;
    }
}
