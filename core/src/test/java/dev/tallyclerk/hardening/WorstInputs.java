package dev.tallyclerk.hardening;

import dev.tallyclerk.hardening.apparmor.AppArmorSubject;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.compose.ComposeKind;
import dev.tallyclerk.hardening.compose.ComposeRules;
import dev.tallyclerk.hardening.container.ContainerReader;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.dockerfile.DockerfileRules;
import dev.tallyclerk.hardening.dockerfile.DockerfileSubject;
import dev.tallyclerk.hardening.document.DocumentDialect;
import dev.tallyclerk.hardening.document.DocumentReader;
import dev.tallyclerk.hardening.engine.EngineSubject;
import dev.tallyclerk.hardening.host.HostListing;
import dev.tallyclerk.hardening.policy.PolicyReader;
import dev.tallyclerk.hardening.report.BaselineReader;
import dev.tallyclerk.hardening.seccomp.SeccompSubject;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import dev.tallyclerk.hardening.yaml.YamlPolicyReader;
import dev.tallyclerk.internal.shell.ShellParser;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Gives each parser the inputs that take most memory for their length, as long as its limits allow; every input is read
 * or refused. The process ends with a failure if one throws an Error, or takes more than ten seconds of CPU. Its
 * argument is the part of the inputs that it takes, of {@value #PARTS}.
 */
final class WorstInputs {
    static final int PARTS = 2;

    private static final long LONGEST_NANOS = 10_000_000_000L;

    private static final int DOCUMENT = SubjectLimits.defaults().maxDocumentBytes();
    private static final int POLICY = 1 << 20;
    private static final int SCRIPT = 1 << 20;
    private static final int DOCKERFILE = 1 << 20;
    private static final int DOCKERFILE_INSTRUCTIONS = 10_000;
    private static final String ACCENT = "\u20ac";

    private static int part;
    private static int seen;

    private WorstInputs() {}

    private interface Parser {
        Object read(byte[] bytes) throws Exception;
    }

    /** {@return the head, as many copies of a piece as fit, and the tail, in so many bytes} */
    private static byte[] filled(String head, String piece, String tail, int size) {
        byte[] out = new byte[size];
        Arrays.fill(out, (byte) ' ');
        byte[] first = bytes(head);
        byte[] last = bytes(tail);
        byte[] repeated = bytes(piece);
        System.arraycopy(first, 0, out, 0, first.length);
        int at = first.length;
        while (at + repeated.length + last.length <= size) {
            System.arraycopy(repeated, 0, out, at, repeated.length);
            at += repeated.length;
        }
        at -= out[at - 1] == ',' ? 1 : 0;
        System.arraycopy(last, 0, out, at, last.length);
        return out;
    }

    /** {@return an object of different members, as many as the limits allow} */
    private static byte[] names(String head, String tail) {
        byte[] out = filled(head, " ", tail, DOCUMENT / 2);
        int at = head.length();
        for (int i = 0; i < DOCUMENT / 27 - 8; i++) {
            byte[] member = bytes(",\"" + Integer.toString(i, 36) + "\":1");
            System.arraycopy(member, 0, out, at, member.length);
            at += member.length;
        }
        return out;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void check(Parser parser, byte[] input) {
        if (seen++ % PARTS != part) {
            return;
        }
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        try {
            parser.read(input);
        } catch (Exception refused) {
            // Refusing is as good as reading.
        }
        long taken = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        if (taken > LONGEST_NANOS) {
            String text = new String(input, 0, 60, StandardCharsets.UTF_8);
            throw new AssertionError(taken / 1_000_000 + " ms for " + text);
        }
    }

    public static void main(String[] arguments) {
        part = Integer.parseInt(arguments[0]);
        containers(bytes -> ContainerReader.create().read(bytes));
        engines();
        seccomp(bytes -> SeccompSubject.parse("s", bytes));
        policies(PolicyReader.of(List.of(ContainerRules.ruleSet())));
        baselines(bytes -> BaselineReader.create().read(bytes));
        documents();
        dockerfiles();
        hosts();
        profiles();
        compose();
        for (String piece : List.of(
                "a;",
                "a ",
                "a|",
                "a\n",
                "\n",
                "$(",
                "$((",
                "\"$(",
                "`",
                "\\`",
                "(",
                "${",
                "<(a) ",
                "$(a) ",
                "eval ",
                "eval eval;",
                "eval 'eval a;'; ",
                "a<<b;",
                "<<<a ",
                "sh -c 'a;b;c' ;",
                "a=1 ",
                "find -exec a ; ",
                "sudo ",
                "f() { a; };",
                "case a in a|b) c;; esac;")) {
            check(
                    bytes -> ShellParser.parse(new String(bytes, StandardCharsets.UTF_8))
                            .everyCommand(),
                    filled("", piece, "", SCRIPT));
        }
        System.out.println("done");
    }

    private static void containers(Parser parser) {
        check(parser, filled("[", "{},", "]", 9 << 20));
        check(parser, filled("[", "{},", "]", DOCUMENT));
        check(parser, filled("[", "{\"Id\":\"a\"},", "]", DOCUMENT));
        check(parser, filled("", "{\"Id\":\"a\"}\n", "", DOCUMENT));
        check(parser, filled("{\"Id\":\"", "a", "\"}", DOCUMENT));
        check(parser, filled("{\"Id\":\"", ACCENT, "\"}", DOCUMENT));
        check(parser, filled("{\"Id\":\"a\",\"Config\":{\"Env\":[", "\"A=1\",", "]}}", DOCUMENT));
        check(parser, filled("{\"Id\":\"a\",\"Config\":{\"Env\":[", "\"A=1 padded to 24\",", "]}}", DOCUMENT));
        check(parser, filled("{\"Id\":\"a\",\"x\":[", "{\"a\":{\"b\":[1]}},", "]}", DOCUMENT / 6));
        check(parser, names("{\"Id\":\"a\",\"Config\":{\"Labels\":{\"x\":1", "}}}"));
        check(parser, filled("{\"Id\":\"a\",\"x\":[", "[],[[]],", "]}", DOCUMENT / 10));
    }

    private static void compose() {
        Parser parser = bytes -> {
            SourceContext context = SourceContext.create()
                    .withFiles(path ->
                            path.equals(".env") ? Optional.of(SourceDocument.of(path, bytes)) : Optional.empty());
            List<SubjectFile> files = ComposeKind.create()
                    .asOneProject()
                    .readAll(List.of(SourceDocument.of("compose.yaml", bytes)), context);
            Auditor.of(Policy.defaults(), ContainerRules.ruleSet(), ComposeRules.ruleSet())
                    .audit(files.get(0).subjects());
            return files;
        };
        String web = "services: {web: {image: a, ";
        check(parser, filled(web + "command: [", "'$A',", "]}}", DOCUMENT));
        check(parser, filled(web + "command: [", "'$A',", "]}}", DOCUMENT / 20));
        check(parser, filled(web + "ports: [", "'1-65535:1-65535',", "]}}", 2_000));
        check(parser, filled(web + "volumes: [", "a,", "]}}", 100_000));
        check(parser, filled(web + "image: '", "${A:-", "'}}", DOCUMENT));
        check(parser, filled(web + "image: '", "${A:-}", "'}}", 2 << 20));
        StringBuilder ports = new StringBuilder(web + "ports: [");
        StringBuilder many = new StringBuilder("services: {");
        for (int i = 1; i < 39_000; i++) {
            ports.append("'").append(i).append(":1-1000',");
            many.append('s').append(i).append(": {},");
        }
        check(parser, bytes(ports + "]}}"));
        check(parser, bytes(many + "}"));
        check(parser, filled("services: {web: {image: a}} #", "x", "\n", DOCUMENT));
        check(parser, filled("x: &a [" + "1,".repeat(300) + "]\nservices: {web: {command: [", "*a,", "]}}", DOCUMENT));
        check(parser, filled("", "A=1\n", "", 1 << 20));
        check(parser, filled("A=\"", "\\n", "\"", 1 << 20));
        check(parser, filled("services: {a: {image: b, extends: {file: ", "../", "c, service: d}}}", 1 << 20));
    }

    private static void engines() {
        Parser daemon = bytes -> EngineSubject.builder("e").daemonJson(bytes).build();
        check(daemon, filled("{", "\"a\":1,", "}", DOCUMENT));
        check(daemon, filled("{\"log-opts\":[", "{\"a\":{}},", "]}", DOCUMENT / 6));
        check(daemon, filled("{\"a\":\"", ACCENT, "\"}", DOCUMENT));
        check(daemon, names("{\"x\":1", "}"));
        Parser info = bytes -> EngineSubject.builder("e").info(bytes).build();
        check(info, filled("{\"Warnings\":[", "[\"a\"],", "]}", DOCUMENT / 8));
        check(info, filled("{\"Warnings\":[", "{},", "]}", DOCUMENT));
    }

    private static void seccomp(Parser parser) {
        String head = "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[";
        check(parser, filled(head + "{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[", "\"a\",", "]}]}", DOCUMENT / 6));
        check(parser, filled(head, "{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[\"a\"]},", "]}", DOCUMENT / 3));
        check(parser, filled(head, "{},", "]}", DOCUMENT));
    }

    private static void policies(PolicyReader policies) {
        YamlPolicyReader yaml = YamlPolicyReader.of(policies);
        String waiver = "{\"rule\":\"RUN-001\",\"scope\":{\"kind\":\"container\"},\"reason\":\"r\",\"owner\":\"o\","
                + "\"expires\":\"2027-01-01\"}";
        check(policies::read, filled("{\"waivers\":[", "{},", "]}", POLICY));
        check(policies::read, filled("{\"schemaVersion\":1,\"waivers\":[", waiver + ",", "]}", POLICY));
        for (String piece : List.of("- {}\n", "- a\n", "- " + waiver + "\n", "- [[],[]]\n")) {
            check(yaml::read, filled("schemaVersion: 1\nwaivers:\n", piece, "", POLICY));
        }
        check(yaml::read, filled("waivers: [", "[],", "]", POLICY));
        check(yaml::read, filled("a: ", "[", "", POLICY));
        check(yaml::read, filled("", "- ", "", POLICY));
        check(yaml::read, filled("a: \"", ACCENT, "\"", POLICY));
        check(yaml::read, filled("a: |\n", " x\n", "", POLICY));
    }

    private static void dockerfiles() {
        Parser parser = bytes -> {
            DockerfileSubject subject = DockerfileSubject.parse("Dockerfile", bytes);
            Auditor.of(Policy.defaults().withProfile(Profile.STRICT), DockerfileRules.ruleSet())
                    .audit(List.of(subject));
            return subject;
        };
        for (String piece : List.of(
                "A b\n",
                "#\n",
                "# hadolint ignore=DL3006,DL3007,DL3008\n",
                "FROM a AS b\n",
                "FROM b\nRUN sudo a;curl -k b|sh\n",
                "ENV A=$A$A\n",
                "ENV A=${A//a/$A}\n",
                "ENV A=aaaaaaaaaaaaaaaa$A B=${A##*a*a*a*b}\n",
                "ARG A=b C=d E=f\n",
                "USER ${A:-${B:-${C:-d}}}\n",
                "RUN a;b;c;d;e;f;g\n",
                "RUN sudo a \\\n",
                "RUN <<A\na;b\nA\n",
                "COPY <<A <<A <<A /x/\nA=b\nA\nA\nA\n",
                "COPY . .\nADD http://a b\n",
                "ONBUILD RUN a | b\n",
                "LABEL a=b c=d e=f\n",
                "EXPOSE 22 22 22 22 22\n",
                "COPY --from=b --chmod=777 a c\n",
                "RUN --mount=type=cache,target=/a --mount=type=cache,target=/b c\n")) {
            check(parser, filled("FROM x AS b\nENV A=a\n", piece, "", DOCKERFILE));
            byte[] most = ("FROM x AS b\nENV A=a\n" + piece.repeat(DOCKERFILE_INSTRUCTIONS / 3))
                    .getBytes(StandardCharsets.UTF_8);
            check(parser, most.length > DOCKERFILE ? Arrays.copyOf(most, DOCKERFILE) : most);
        }
        check(parser, filled("FROM x\nENV ", "A=$A ", "", 60_000));
        check(parser, filled("FROM x\nRUN ", "sudo a;", "", 60_000));
        check(parser, filled("FROM x\nUSER ", "${A:-", "", 60_000));
    }

    private static void hosts() {
        Parser listing = bytes ->
                HostListing.parse(bytes, SubjectLimits.defaults()).host("h").read();
        check(listing, filled("[", "{},", "]", DOCUMENT));
        check(listing, filled("[{\"path\":\"/a\",\"exists\":true,\"hex\":\"", "00", "\"}]", DOCUMENT));
        for (String piece : List.of(
                "-w /etc/docker\\n",
                "-w /a/b/c/d/e/f/g/h/i\\n",
                "-w /etc\\n-W /etc\\n",
                "-R /etc/audit/audit.rules\\n",
                "-a always,exit -S a,b,c -F dir=/x\\n",
                "[Service]\\n",
                "[Service]\\nEnvironment=A=b B=c\\n",
                "[Service]\\nExecStart=$A ${B}\\n",
                "[Service]\\nExecStart= ${A}${A}${A} ",
                "a:x:1:b,c\\n",
                "a,",
                "1 2 8:1 / /a rw - x x x\\n",
                "a ",
                "/a",
                "\\\\\\n",
                "'\\n",
                "=")) {
            StringBuilder files = new StringBuilder("[");
            for (String path : List.of(
                    "/etc/audit/audit.rules",
                    "/usr/lib/systemd/system/docker.service",
                    "/etc/group",
                    "/etc/passwd",
                    "/proc/self/mountinfo",
                    "/usr/bin/dockerd")) {
                files.append(files.length() == 1 ? "" : ",")
                        .append("{\"path\":\"")
                        .append(path)
                        .append("\",\"exists\":true,\"text\":\"")
                        .append(piece.repeat((1 << 20) / piece.length()))
                        .append("\"}");
            }
            check(listing, bytes(files.append(']').toString()));
        }
    }

    private static void profiles() {
        Parser parser = bytes -> {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return AppArmorSubject.parse(
                    SourceDocument.of("p", bytes), SubjectLimits.defaults(), path -> Optional.of(text));
        };
        for (String piece : List.of(
                "/{a,b,c}/** rw,\n",
                "/proc/**a**b**c**d w,\n",
                "/proc/{*,{*,{*,{*,*}}}} w,\n",
                "@{A}/x rw,\n",
                "@{A}@{A}@{A} rw,\n",
                "include <x>\n",
                "^h {\n",
                "mount options=(a, b) c -> d,\n",
                "deny { ",
                "a ",
                "(",
                "\\",
                "if $x { ")) {
            String head = "@{A}=/proc/ /sys/ /a /b /c /d /e /f\nprofile p {\n";
            check(parser, filled(head, piece, "}", DOCUMENT));
            check(parser, filled(head, piece, "}", DOCUMENT / 64));
        }
        check(parser, filled("profile p { /proc/{", "a,", "} w, }", DOCUMENT));
        check(parser, filled("@{A}=", "/a ", "\nprofile p { @{A}@{A}@{A}/x r, }", DOCUMENT));
    }

    private static void documents() {
        for (DocumentDialect dialect : DocumentDialect.values()) {
            Parser parser = bytes -> DocumentReader.of(dialect).read(SourceDocument.of("d", bytes));
            check(parser, filled("[", "1,", "]", DOCUMENT));
            check(parser, filled("[", "{\"a\":\"b padded to 27 bytes\"},", "]", DOCUMENT));
            check(parser, names("{\"x\":1", "}"));
            check(parser, filled("\"", ACCENT, "\"", DOCUMENT));
            check(parser, filled("", "{}", "", DOCUMENT));
        }
        Parser yaml = bytes -> DocumentReader.of(DocumentDialect.KUBERNETES).read(SourceDocument.of("d", bytes));
        for (String piece : List.of(
                "- a\n",
                "- name: some words to 27 b\n",
                "- a: {b: [c, d, e, f, g]}\n",
                "- &a b\n- *a\n",
                "---\n",
                "--- a value of its own 27\n",
                "# a\n",
                "a: b\n",
                "- [",
                "- {",
                "? ",
                "- - - - a\n",
                "a ",
                "\n",
                "'a': \"b\"\n",
                "- |\n  text\n",
                "- !!str a\n",
                "&a ",
                "*a ",
                "%TAG ! a\n")) {
            check(yaml, filled("", piece, "", piece.length() > 20 ? DOCUMENT : DOCUMENT / 8));
        }
        check(yaml, filled("a: &a {b: c}\nd:\n", "- {<<: *a}\n", "", DOCUMENT));
        check(yaml, filled("a: |\n", " x\n", "", DOCUMENT));
        check(yaml, filled("a: \"", "\\u20ac", "\"", DOCUMENT));
        check(yaml, filled("a: ", "\uD83D\uDE00", "", DOCUMENT));
        check(yaml, filled("", "\uD83D\uDE00: [\uD83D\uDE00]\n", "", DOCUMENT));
    }

    private static void baselines(Parser parser) {
        int most = BaselineReader.create().maxBytes();
        String head = "{\"schema\":\"dev.tallyclerk.audit-report\",\"schemaVersion\":1,\"findings\":[";
        check(
                parser,
                filled(
                        head,
                        "{\"fingerprint\":\"00112233445566778899aabbccddeeff\",\"verdict\":\"FAIL\",\"disposition\":\"OPEN\"},",
                        "]}",
                        most));
        check(parser, filled(head, "{},", "]}", most));
        check(parser, filled(head + "],\"x\":[", "{\"a\":1},", "]}", most / 8));
        check(parser, filled(head + "],\"x\":\"", ACCENT, "\"}", most));
    }
}
