package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.registry.audit.files.AccountFile.Account;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

    /** The hash of traditional crypt(3). */
    private static final Pattern OLD_HASH = Pattern.compile("[./0-9A-Za-z]{13}");

    /** The line of NIS that includes other accounts; it has no ID. */
    private static final String INCLUSION = "+";

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
        List<String> rules = List.of("FS-006", "FS-007");
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
                String password = account.field(1);
                if (password != null && password.isEmpty() && !account.name().isEmpty()) {
                    report("FS-006", file, "has an account without a password", account);
                } else if (password != null && isHash(password)) {
                    report("FS-007", file, "has an account with a password", account);
                }
            }
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
            String password = account.field(1);
            if (password != null
                    && password.isEmpty()
                    && !account.name().isEmpty()
                    && !account.name().startsWith(INCLUSION)) {
                report("FS-008", file, "has an account whose password field is empty", account);
            }
            if (account.id(2) == 0 && !account.name().equals("root")) {
                report("FS-009", file, "has a second account with the rights of root", account);
            }
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

    private void duplicates(String rule, String what, ContentFile file, List<Account> records) {
        Map<Long, Set<String>> names = new LinkedHashMap<>();
        for (Account account : records) {
            long number = account.id(2);
            if (number >= 0) {
                names.computeIfAbsent(number, key -> new LinkedHashSet<>()).add(account.name());
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
            if (account.fields().size() > 2 && !seen.add(account.name()) && twice.add(account.name())) {
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
