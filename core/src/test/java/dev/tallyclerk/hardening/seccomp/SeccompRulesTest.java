package dev.tallyclerk.hardening.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSetting;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SeccompRulesTest {
    private static final RuleContext CONTEXT = RuleContext.at(Instant.parse("2026-01-01T00:00:00Z"));
    private static final String CLONE_ARGUMENTS =
            "'args':[{'index':0,'value':2114060288,'valueTwo':0,'op':'SCMP_CMP_MASKED_EQ'}]";

    /** A profile in words, and what a rule says about it. */
    record Case(String rule, Outcome.Kind verdict, String name, String profile, List<String> places) {
        @Override
        public String toString() {
            return rule + " " + verdict + ": " + name;
        }
    }

    private static Case one(String rule, Outcome.Kind verdict, String name, String profile, String... places) {
        return new Case(rule, verdict, name, profile, List.of(places));
    }

    private static Case fails(String rule, String name, String profile, String... places) {
        return one(rule, Outcome.Kind.FAIL, name, profile, places);
    }

    private static Case passes(String rule, String name, String profile) {
        return one(rule, Outcome.Kind.PASS, name, profile);
    }

    private static Case unknown(String rule, String name, String profile) {
        return one(rule, Outcome.Kind.UNKNOWN, name, profile);
    }

    private static String denying(String... elements) {
        return "{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[" + String.join(",", elements) + "]}";
    }

    private static String allow(String names, String more) {
        return "{'names':['" + names.replace(" ", "','") + "'],'action':'SCMP_ACT_ALLOW'" + more + "}";
    }

    private static String argument(long value, String op) {
        return ",'args':[{'index':0,'value':" + value + ",'op':'SCMP_CMP_" + op + "'}]";
    }

    /** {@return two comparisons in one element} */
    private static String both(String first, String second) {
        return ",'args':[" + comparison(first) + "," + comparison(second) + "]";
    }

    /** {@return a comparison written as index, value and operator} */
    private static String comparison(String words) {
        String[] parts = words.split(" ", -1);
        return "{'index':" + parts[0] + ",'value':" + parts[1] + ",'op':'SCMP_CMP_" + parts[2] + "'}";
    }

    private static String every() {
        return DockerDefault.everyName().stream().sorted().collect(Collectors.joining(" "));
    }

    static Stream<Case> cases() {
        return Stream.of(
                fails(
                        "SEC-001",
                        "everything is allowed",
                        "{'defaultAction':'SCMP_ACT_ALLOW'}",
                        "seccomp#/defaultAction"),
                fails("SEC-001", "everything is logged", "{'defaultAction':'SCMP_ACT_LOG'}", "seccomp#/defaultAction"),
                fails(
                        "SEC-001",
                        "everything is traced",
                        "{'defaultAction':'SCMP_ACT_TRACE'}",
                        "seccomp#/defaultAction"),
                passes("SEC-001", "everything fails", denying()),
                passes("SEC-001", "everything kills", "{'defaultAction':'SCMP_ACT_KILL_PROCESS'}"),
                unknown("SEC-001", "there is no default", "{'syscalls':[]}"),
                unknown("SEC-001", "the default is no action", "{'defaultAction':'ALLOW'}"),
                unknown("SEC-002", "the default is no action", "{'defaultAction':'scmp_act_errno'}"),
                unknown("SEC-002", "an element has no action", denying("{'names':['bpf'],'action':'scmp_act_allow'}")),
                unknown("SEC-004", "an element has no action", denying("{'names':['clone'],'action':'ALLOW'}")),
                fails(
                        "SEC-002",
                        "blocked calls are allowed",
                        denying(allow("read mount", ""), allow("keyctl", ",'excludes':{'caps':['CAP_X']}")),
                        "seccomp#/syscalls/0",
                        "seccomp#/syscalls/1"),
                fails(
                        "SEC-002",
                        "one name in the old form",
                        denying("{'name':'bpf','action':'SCMP_ACT_ALLOW','args':null}"),
                        "seccomp#/syscalls/0"),
                fails("SEC-002", "ptrace on any kernel", denying(allow("ptrace", "")), "seccomp#/syscalls/0"),
                fails(
                        "SEC-002",
                        "ptrace on an old kernel",
                        denying(allow("ptrace", ",'includes':{'minKernel':'3.10'}")),
                        "seccomp#/syscalls/0"),
                fails("SEC-002", "clone whatever its flags", denying(allow("clone", "")), "seccomp#/syscalls/0"),
                fails(
                        "SEC-002",
                        "all that is not named",
                        "{'defaultAction':'SCMP_ACT_ALLOW'}",
                        "seccomp#/defaultAction"),
                passes("SEC-002", "the engine's profile allows them", denying(allow("read arch_prctl", ""))),
                passes(
                        "SEC-002",
                        "a capability is needed",
                        denying(allow("mount", ",'includes':{'caps':['CAP_SYS_ADMIN']}"))),
                passes("SEC-002", "an argument is needed", denying(allow("clone", "," + CLONE_ARGUMENTS))),
                fails(
                        "SEC-002",
                        "a capability that each container has",
                        denying(allow("mount", ",'includes':{'caps':['CAP_CHOWN','CAP_KILL']}")),
                        "seccomp#/syscalls/0"),
                passes(
                        "SEC-002",
                        "one more than each container has",
                        denying(allow("mount", ",'includes':{'caps':['CAP_CHOWN','CAP_SYS_ADMIN']}"))),
                passes(
                        "SEC-002",
                        "the engine's profile has the same",
                        denying(allow("chroot", ",'includes':{'caps':['CAP_SYS_CHROOT']}"))),
                fails(
                        "SEC-002",
                        "arguments that are always so",
                        denying(allow("bpf", argument(0, "GE"))),
                        "seccomp#/syscalls/0"),
                fails(
                        "SEC-002",
                        "other flags of clone",
                        denying(allow("clone", argument(0x1000_0000, "MASKED_EQ"))),
                        "seccomp#/syscalls/0"),
                fails(
                        "SEC-002",
                        "vsock and ciphers",
                        denying(
                                allow("socket", argument(0, "GE")),
                                allow("socket", argument(40, "EQ")),
                                allow("socket", argument(38, "EQ")),
                                allow("socket", argument(40, "LT")),
                                allow("socket", argument(39, "GT"))),
                        "seccomp#/syscalls/0",
                        "seccomp#/syscalls/1",
                        "seccomp#/syscalls/2",
                        "seccomp#/syscalls/3",
                        "seccomp#/syscalls/4"),
                passes(
                        "SEC-002",
                        "other sockets",
                        denying(
                                allow("socket", argument(38, "LT")),
                                allow("socket", argument(2, "EQ")),
                                allow("socket", argument(41, "GE")),
                                allow("socket", argument(37, "LE")))),
                fails(
                        "SEC-002",
                        "the sockets that the engine's profile allowed before 29.4.2",
                        denying(allow("socket", argument(40, "NE")), allow("socket", both("0 2 EQ", "0 40 NE"))),
                        "seccomp#/syscalls/0",
                        "seccomp#/syscalls/1"),
                fails(
                        "SEC-002",
                        "old sockets and another call",
                        denying(allow("socket bpf", argument(40, "NE"))),
                        "seccomp#/syscalls/0",
                        "seccomp#/syscalls/0"),
                passes(
                        "SEC-002",
                        "old sockets for a capability more",
                        denying(allow("socket", argument(40, "NE") + ",'includes':{'caps':['CAP_SYS_ADMIN']}"))),
                fails(
                        "SEC-006",
                        "the sockets of an older profile",
                        denying(allow(every(), argument(40, "NE"))),
                        "seccomp#/syscalls/0"),
                fails(
                        "SEC-002",
                        "two comparisons of one argument, of which one is enough",
                        denying(
                                allow("clone", both("0 2114060288 MASKED_EQ", "0 0 MASKED_EQ")),
                                allow("socket", both("0 40 NE", "0 38 NE")),
                                allow("personality", both("0 8 EQ", "0 7 EQ"))),
                        "seccomp#/syscalls/0",
                        "seccomp#/syscalls/1",
                        "seccomp#/syscalls/2"),
                passes(
                        "SEC-002",
                        "two comparisons of one argument, each as the engine's",
                        denying(
                                allow("clone", both("0 2114060288 MASKED_EQ", "0 2147352576 MASKED_EQ")),
                                allow("socket", both("0 2 EQ", "0 10 EQ")),
                                allow("personality", both("0 8 EQ", "0 0 EQ")))),
                passes(
                        "SEC-002",
                        "comparisons of two arguments, which both must hold",
                        denying(allow("socket", both("0 2 EQ", "1 0 GE")))),
                passes("SEC-002", "a usual personality", denying(allow("personality", argument(8, "EQ")))),
                fails(
                        "SEC-002",
                        "any personality",
                        denying(allow("personality", argument(7, "NE"))),
                        "seccomp#/syscalls/0"),
                fails(
                        "SEC-004",
                        "a capability that each container has",
                        denying(allow("unshare", ",'includes':{'caps':['CAP_CHOWN']}")),
                        "seccomp#/syscalls/0"),
                passes(
                        "SEC-002",
                        "ptrace on a new kernel",
                        denying(allow("ptrace", ",'includes':{'minKernel':'4.8'}"))),
                unknown("SEC-002", "an element has no action", denying("{'names':['mount']}")),
                fails("SEC-003", "nothing is listed", denying(), "seccomp#"),
                fails("SEC-003", "another machine is listed", "{'architectures':['SCMP_ARCH_AARCH64']}", "seccomp#"),
                fails(
                        "SEC-003",
                        "a sub-architecture is missing",
                        "{'archMap':[{'architecture':'SCMP_ARCH_X86_64','subArchitectures':['SCMP_ARCH_X86']}]}",
                        "seccomp#"),
                passes(
                        "SEC-003",
                        "the map is complete",
                        "{'archMap':[{'architecture':'SCMP_ARCH_X86_64','subArchitectures':['SCMP_ARCH_X86',"
                                + "'SCMP_ARCH_X32']}]}"),
                passes(
                        "SEC-003",
                        "the list is complete",
                        "{'architectures':['SCMP_ARCH_X86_64','SCMP_ARCH_X86','SCMP_ARCH_X32']}"),
                unknown("SEC-003", "the map is no array", "{'archMap':{}}"),
                fails("SEC-004", "clone is not filtered", denying(allow("clone", "")), "seccomp#/syscalls/0"),
                fails(
                        "SEC-004",
                        "the filter is about something else",
                        denying(allow("clone", ",'args':[{'index':0,'value':131072,'op':'SCMP_CMP_MASKED_EQ'}]")),
                        "seccomp#/syscalls/0"),
                fails(
                        "SEC-004",
                        "clone3 cannot be filtered",
                        denying(allow("clone3", "," + CLONE_ARGUMENTS)),
                        "seccomp#/syscalls/0"),
                fails("SEC-004", "unshare is allowed", denying(allow("unshare", "")), "seccomp#/syscalls/0"),
                fails("SEC-004", "all that is not named", "{'defaultAction':'SCMP_ACT_LOG'}", "seccomp#/syscalls"),
                fails(
                        "SEC-004",
                        "another comparison of the flags is enough",
                        denying(allow("clone", both("0 2114060288 MASKED_EQ", "0 0 MASKED_EQ"))),
                        "seccomp#/syscalls/0"),
                fails(
                        "SEC-004",
                        "any comparison is enough where two are of one argument",
                        denying(allow(
                                "clone",
                                ",'args':[" + comparison("0 2114060288 MASKED_EQ") + "," + comparison("1 1 EQ") + ","
                                        + comparison("1 2 EQ") + "]")),
                        "seccomp#/syscalls/0"),
                passes(
                        "SEC-004",
                        "a comparison of another argument comes on top",
                        denying(allow("clone", both("0 2114060288 MASKED_EQ", "1 0 GE")))),
                passes("SEC-004", "clone is filtered", denying(allow("clone", "," + CLONE_ARGUMENTS))),
                passes(
                        "SEC-004",
                        "a capability is needed",
                        denying(allow("clone clone3 unshare", ",'includes':{'caps':['CAP_SYS_ADMIN']}"))),
                passes("SEC-004", "none of them is named", denying()),
                unknown(
                        "SEC-004",
                        "a value has too many bits",
                        denying(allow(
                                "clone",
                                ",'args':[{'index':0," + "'value':99999999999999999999,'op':'SCMP_CMP_EQ'}]"))),
                fails("SEC-005", "a name is misspelt", denying(allow("read raed", "")), "seccomp#/syscalls/0"),
                fails(
                        "SEC-005",
                        "two actions for one call",
                        denying(allow("read", ""), "{'names':['read'],'action':'SCMP_ACT_KILL'}"),
                        "seccomp#/syscalls/1"),
                passes(
                        "SEC-005",
                        "two actions on two conditions",
                        denying(
                                allow("clone", "," + CLONE_ARGUMENTS),
                                allow("read keyctl vm86old", ""),
                                "{'names':['clone'],'action':'SCMP_ACT_ERRNO','excludes':{'caps':['CAP_SYS_ADMIN']}}")),
                unknown("SEC-005", "the elements are no array", "{'syscalls':{}}"),
                fails("SEC-006", "calls are not named", denying(allow("read", "")), "seccomp#/syscalls"),
                passes("SEC-006", "all calls are named", denying(allow(every(), ""))),
                one("SEC-006", Outcome.Kind.NOT_APPLICABLE, "all is allowed", "{'defaultAction':'SCMP_ACT_ALLOW'}"),
                unknown("SEC-006", "there is no default", "{'syscalls':[]}"));
    }

    private static SeccompSubject profile(String text) throws MalformedSubjectException {
        return SeccompSubject.parse("test", text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static Rule<?> rule(String id) {
        return SeccompRules.ruleSet().rule(new RuleId(id)).orElseThrow();
    }

    @SuppressWarnings("unchecked") // all rules of the set are over profiles
    private static Outcome outcome(String id, String profile, RuleContext context) throws MalformedSubjectException {
        return ((Rule<SeccompSubject>) rule(id)).evaluate(profile(profile), context);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decides(Case one) throws MalformedSubjectException {
        Outcome outcome = outcome(one.rule(), one.profile(), CONTEXT);
        assertEquals(one.verdict(), outcome.kind(), outcome.toString());
        if (outcome instanceof Outcome.Fail fail) {
            assertEquals(
                    one.places(),
                    fail.problems().stream()
                            .map(problem -> problem.at().toString())
                            .toList());
        }
    }

    @Test
    @SuppressWarnings("unchecked") // the parameter is a text
    void aPolicyMaySetTheArchitectureOfTheHost() throws MalformedSubjectException {
        RuleParameter<String> parameter = (RuleParameter<String>)
                rule("SEC-003").info().parameter("hostArchitecture").orElseThrow();
        RuleSetting<String> arm = RuleSetting.of(parameter, "arm64");
        String profile = "{'archMap':[{'architecture':'SCMP_ARCH_AARCH64','subArchitectures':['SCMP_ARCH_ARM']}]}";
        assertEquals(Outcome.pass(), outcome("SEC-003", profile, CONTEXT.withSettings(List.of(arm))));
    }

    @Test
    void namesTheCallsAndNotMoreThanTwenty() throws MalformedSubjectException {
        Outcome.Fail fail = (Outcome.Fail) outcome("SEC-006", denying(allow("read", "")), CONTEXT);
        Problem problem = fail.problems().get(0);
        String shown = problem.evidence().get(0).value();
        int others = DockerDefault.everyName().size() - 1 - 20;
        assertEquals(20, shown.substring(0, shown.indexOf(" and ")).split(" ", -1).length);
        assertEquals(" and " + others + " more", shown.substring(shown.indexOf(" and ")));
    }

    @Test
    void asManyOtherCallsAreAnotherProblem() throws MalformedSubjectException {
        List<String> evidence = new ArrayList<>();
        for (String last : List.of("userfaultfd", "vserver", "userfaultfd")) {
            String names = "add_key bdflush bpf create_module fsopen get_kernel_syms idle io_uring_enter"
                    + " io_uring_setup kcmp kexec_load keyctl migrate_pages mount move_pages nfsservctl open_tree"
                    + " pivot_root query_module reboot request_key swapon " + last;
            Outcome.Fail fail = (Outcome.Fail) outcome("SEC-002", denying(allow(names, "")), CONTEXT);
            evidence.add(fail.problems().get(0).evidence().toString());
        }
        assertEquals(evidence.get(0), evidence.get(2));
        assertNotEquals(evidence.get(0), evidence.get(1));
        assertEquals(
                evidence.get(0).substring(0, evidence.get(0).indexOf(" more")),
                evidence.get(1).substring(0, evidence.get(1).indexOf(" more")));
    }

    @Test
    void aComparisonLeavesOutWhatIsOnlyOldOrUntidy() throws MalformedSubjectException {
        assertEquals(
                Outcome.pass(),
                SeccompRules.compareWithDefault(
                        profile(denying(allow("raed", ",'includes':{'caps':['CAP_SYS_ADMIN']}"))), CONTEXT));
        assertEquals(
                Outcome.Kind.FAIL,
                SeccompRules.compareWithDefault(profile(denying(allow("mount", ""))), CONTEXT)
                        .kind());
        assertEquals(
                Outcome.Kind.UNKNOWN,
                SeccompRules.compareWithDefault(profile("{}"), CONTEXT).kind());
    }

    @Test
    void everyRuleHasAFailingAPassingAndAnUnknownCase() {
        Set<Outcome.Kind> wanted = EnumSet.of(Outcome.Kind.FAIL, Outcome.Kind.PASS, Outcome.Kind.UNKNOWN);
        for (Rule<?> rule : SeccompRules.ruleSet().rules()) {
            Set<Outcome.Kind> found = EnumSet.noneOf(Outcome.Kind.class);
            cases().filter(one -> one.rule().equals(rule.info().id().value())).forEach(one -> found.add(one.verdict()));
            found.retainAll(wanted);
            assertEquals(wanted, found, rule.toString());
        }
        assertEquals(6, SeccompRules.ruleSet().rules().size());
    }
}
