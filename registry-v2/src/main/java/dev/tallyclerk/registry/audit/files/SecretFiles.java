package dev.tallyclerk.registry.audit.files;

import dev.tallyclerk.internal.secret.Placeholders;
import dev.tallyclerk.internal.text.Words;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/** Recognises credentials by the form of a file and by tokens in it. Pure. */
final class SecretFiles {
    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN ((?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?)-----"
                    + "[\\r\\n]+((?:[A-Za-z-]+: [^\\r\\n]*[\\r\\n]+)*)[\\s]*([A-Za-z0-9+/=\\s]{64,})");

    private static final Pattern AWS_SECRET =
            Pattern.compile("(?im)^\\s*aws_(?:secret_access_key|session_token)\\s*=\\s*(\\S+)");
    private static final Pattern SERVICE_ACCOUNT = Pattern.compile("\"type\"\\s*:\\s*\"service_account\"");
    private static final Pattern AZURE =
            Pattern.compile("\"(?:accessToken|refreshToken|secret)\"\\s*:\\s*\"([^\"]{16,})\"");
    private static final Pattern REGISTRY =
            Pattern.compile("\"(?:auth|identitytoken|password)\"\\s*:\\s*\"([^\"]+)\"", Pattern.CASE_INSENSITIVE);
    private static final Pattern NPM =
            Pattern.compile("(?m)^\\s*(?:[^\\s=#;]*:)?_(?:authToken|password|auth)\\s*=\\s*(\\S+)");
    private static final Pattern PASSWORD_LINE =
            Pattern.compile("(?im)^\\s*(?:password|token|:\\w+)\\s*[:=]\\s*\"?([^\\s\"]+)");
    private static final Pattern NETRC = Pattern.compile("\\bpassword\\s+(\\S+)");
    private static final Pattern GIT = Pattern.compile("(?m)^https?://[^:/\\s]+:([^@\\s]+)@");
    private static final Pattern XML_PASSWORD = Pattern.compile("<(?:password|passphrase)>\\s*([^<\\s]+)\\s*<");
    private static final Pattern NUGET =
            Pattern.compile("key=\"(?:ClearTextPassword|Password)\"\\s+value=\"([^\"]+)\"", Pattern.CASE_INSENSITIVE);
    private static final Pattern KUBE =
            Pattern.compile("(?m)^\\s*(?:-\\s*)?\"?(?:token|client-key-data|password)\"?\\s*:\\s*\"?([^\\s\",]{8,})");

    private static final Pattern TOKEN = Pattern.compile("\\b(?:"
            + "(?<github>gh[pousr]_[0-9A-Za-z]{36})"
            + "|(?<pat>github_pat_[0-9A-Za-z_]{60,})"
            + "|(?<aws>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})"
            + "|(?<slack>xox[abeprs]-[0-9A-Za-z-]{20,})"
            + "|(?<google>AIza[0-9A-Za-z_-]{35})"
            + "|(?<gitlab>glpat-[0-9A-Za-z_-]{20,})"
            + "|(?<stripe>(?:sk|rk)_live_[0-9A-Za-z]{20,})"
            + "|(?<npm>npm_[0-9A-Za-z]{36})"
            + "|(?<pypi>pypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{50,})"
            + "|(?<jwt>eyJ[0-9A-Za-z_-]{10,}\\.eyJ[0-9A-Za-z_-]{10,}\\.[0-9A-Za-z_-]{20,})"
            + ")(?![0-9A-Za-z_-])");

    private static final Set<String> PREFIXES =
            Words.set("gh github_pat_ AKIA ASIA ABIA ACCA xox AIza glpat- _live_ npm_ pypi- eyJ");

    /** The first half of a pair of AWS counts only with the second. */
    private static final Pattern AWS_PAIR = Pattern.compile("(?<![0-9A-Za-z/+=])[0-9A-Za-z/+]{40}(?![0-9A-Za-z/+=])");

    private static final Pattern EXAMPLES =
            Pattern.compile("doc|example|sample|test|fixture|node_modules|vendor", Pattern.CASE_INSENSITIVE);

    private static final int MIN_DISTINCT = 8;

    private SecretFiles() {}

    /** {@return whether documentation may have examples at a path} */
    static boolean isQuiet(String path) {
        return path.startsWith("usr/share/doc/")
                || path.startsWith("usr/share/man/")
                || path.startsWith("usr/share/info/")
                || path.startsWith("var/lib/dpkg/");
    }

    static boolean isKnown(String path) {
        return !rule(path).isEmpty();
    }

    private static String rule(String path) {
        String at = "/" + path;
        String name = at.substring(at.lastIndexOf('/') + 1);
        if (at.endsWith("/.aws/credentials")
                || (at.contains("/.azure/") && name.endsWith(".json"))
                || (at.contains("/gcloud/") && name.endsWith(".json"))) {
            return "FS-019";
        }
        if (at.endsWith("/.docker/config.json") || name.equals(".dockercfg") || at.endsWith("/containers/auth.json")) {
            return "FS-020";
        }
        if (at.endsWith("/.kube/config")
                || name.equals("kubeconfig")
                || at.endsWith("/serviceaccount/token")
                || at.equals("/etc/kubernetes/admin.conf")) {
            return "FS-022";
        }
        boolean isOfTool = switch (name) {
            case ".npmrc", ".pypirc", ".netrc", ".git-credentials", "nuget.config", "NuGet.Config", "NuGet.config" ->
                true;
            case "settings.xml" -> at.contains("/.m2/");
            case "credentials" -> at.contains("/.gem/") || at.contains("/.cargo/");
            case "credentials.toml" -> at.contains("/.cargo/");
            default -> false;
        };
        return isOfTool ? "FS-021" : "";
    }

    /** Adds what a file of a known form has. */
    static void known(String path, String text, Map<String, String> kinds) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        String rule = rule(path);
        switch (rule) {
            case "FS-019" -> {
                if (hasValue(AWS_SECRET, text) || hasValue(AZURE, text)) {
                    kinds.put(rule, "credentials of a cloud");
                }
            }
            case "FS-020" -> {
                if (hasValue(REGISTRY, text)) {
                    kinds.put(rule, "credentials for a registry");
                }
            }
            case "FS-022" -> {
                if (hasValue(KUBE, text) || (path.endsWith("/serviceaccount/token") && !text.isBlank())) {
                    kinds.put(rule, "credentials for Kubernetes");
                }
            }
            default -> {
                Pattern pattern = switch (name) {
                    case ".npmrc" -> NPM;
                    case ".netrc" -> NETRC;
                    case ".git-credentials" -> GIT;
                    case "settings.xml" -> XML_PASSWORD;
                    case "nuget.config", "NuGet.Config", "NuGet.config" -> NUGET;
                    default -> PASSWORD_LINE;
                };
                if (hasValue(pattern, text)) {
                    kinds.put(rule, "a token or password of a tool");
                }
            }
        }
    }

    private static boolean hasValue(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            String value = matcher.group(1);
            if (!value.isBlank() && !Placeholders.isPlaceholder(value) && !value.contains("${")) {
                return true;
            }
        }
        return false;
    }

    /** Adds what tokens and keys a text has. */
    static void tokens(String path, CharSequence text, Map<String, String> kinds) {
        String all = text.toString();
        if (all.contains("PRIVATE KEY")) {
            Matcher key = PRIVATE_KEY.matcher(all);
            while (key.find()) {
                if (key.group(3).chars().distinct().count() > MIN_DISTINCT) {
                    kinds.put("FS-016", "a private key");
                }
            }
            if (SERVICE_ACCOUNT.matcher(all).find() && all.contains("\"private_key\"")) {
                kinds.put("FS-019", "credentials of a cloud");
            }
        }
        if (kinds.containsKey("FS-026") || PREFIXES.stream().noneMatch(all::contains)) {
            return;
        }
        Matcher token = TOKEN.matcher(all);
        while (token.find()) {
            if (isToken(path, token, all)) {
                kinds.put("FS-026", "a token");
                return;
            }
        }
    }

    private static boolean isToken(String path, Matcher token, String text) {
        String value = token.group();
        if (value.contains("EXAMPLE") || value.chars().distinct().count() < MIN_DISTINCT) {
            return false;
        }
        if (token.group("github") != null || token.group("npm") != null) {
            // Of a wrong checksum, examples and tests are the reason where they are likely.
            return hasChecksum(value) || !EXAMPLES.matcher(path).find();
        }
        if (token.group("aws") != null) {
            int start = Math.max(token.start() - 500, 0);
            int end = Math.min(token.end() + 500, text.length());
            Matcher pair = AWS_PAIR.matcher(text.substring(start, end));
            while (pair.find()) {
                if (!pair.group().contains("EXAMPLE")) {
                    return true;
                }
            }
            return false;
        }
        return token.group("jwt") == null || isWebToken(value);
    }

    private static boolean isWebToken(String value) {
        try {
            byte[] header = Base64.getUrlDecoder().decode(value.substring(0, value.indexOf('.')));
            return new String(header, StandardCharsets.UTF_8).contains("\"alg\"");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** GitHub and npm: six digits of base 62 at the end are the CRC-32 of the thirty before. */
    private static boolean hasChecksum(String token) {
        String body = token.substring(token.indexOf('_') + 1);
        CRC32 crc = new CRC32();
        crc.update(body.substring(0, 30).getBytes(StandardCharsets.US_ASCII));
        long sum = 0;
        for (int i = 30; i < body.length(); i++) {
            sum = sum * 62 + digit(body.charAt(i));
        }
        return sum == crc.getValue();
    }

    private static int digit(char c) {
        return c <= '9' ? c - '0' : c <= 'Z' ? c - 'A' + 10 : c - 'a' + 36;
    }
}
