package dev.tallyclerk.hardening.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeccompSubjectTest {
    private static SeccompSubject parse(String text) throws MalformedSubjectException {
        return SeccompSubject.parse("test", text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsEveryMemberOfAnElement() throws MalformedSubjectException {
        SeccompSubject profile = parse("{'defaultAction':'SCMP_ACT_ERRNO','syscalls':[{'names':['a'],'name':'b',"
                + "'action':'SCMP_ACT_ERRNO','errnoRet':38,'args':[{'index':1,'value':18446744073709551615,"
                + "'valueTwo':2,'op':'SCMP_CMP_EQ'}],'includes':{'caps':['C'],'arches':['amd64'],'minKernel':'4.8'},"
                + "'excludes':{}}]}");
        SyscallRule expected = new SyscallRule(
                List.of("b", "a"),
                "SCMP_ACT_ERRNO",
                38L,
                List.of(new SyscallRule.Argument(1, -1, 2, "SCMP_CMP_EQ")),
                new SyscallRule.Condition(List.of("C"), List.of("amd64"), "4.8"),
                SyscallRule.Condition.NONE);
        assertEquals(Fact.known(List.of(expected), Location.pointer("seccomp", "syscalls")), profile.syscalls());
        assertEquals(OptionalLong.of(38), expected.errnoRet());
        assertEquals(Optional.of("4.8"), expected.includes().minKernel());
        assertEquals(Optional.empty(), expected.excludes().minKernel());
    }

    @Test
    void aProfileWithoutElementsNamesNoCall() throws MalformedSubjectException {
        assertTrue(parse("{}").syscalls() instanceof Fact.Defaulted<List<SyscallRule>> none
                && none.value().isEmpty());
        assertEquals(
                Fact.known(List.of(), Location.pointer("seccomp", "syscalls")),
                parse("{'syscalls':null}").syscalls());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x|NOT_JSON",
                "[]|WRONG_TYPE",
                "{'defaultAction':'a','defaultAction':'b'}|DUPLICATE_MEMBER",
                "{'defaultAction':'a','DefaultAction':'b'}|DUPLICATE_MEMBER",
            })
    void whatARuntimeMayReadOtherwiseIsRefused(String text, MalformedSubjectException.Reason reason) {
        assertEquals(
                reason,
                assertThrows(MalformedSubjectException.class, () -> parse(text)).reason());
    }

    @Test
    void anElementThatARuntimeMayReadOtherwiseIsUnreadable() throws MalformedSubjectException {
        Fact<List<SyscallRule>> fact = parse("{'syscalls':[{'names':['a'],'Names':['b'],'action':'x'}]}")
                .syscalls();
        assertEquals(MissingValue.Reason.UNREADABLE, ((Fact.Missing<?>) fact).reason());
    }

    @Test
    void aTooLongProfileIsRefused() {
        MalformedSubjectException e = assertThrows(
                MalformedSubjectException.class,
                () -> SeccompSubject.parse(
                        "test",
                        "{ }".getBytes(StandardCharsets.UTF_8),
                        SubjectLimits.defaults().withMaxDocumentBytes(2)));
        assertEquals(MalformedSubjectException.Reason.LIMIT_EXCEEDED, e.reason());
    }

    @Test
    void dockersProfileIsAsStrongAsItselfAndUpToDate() throws IOException, MalformedSubjectException {
        SeccompSubject profile = SeccompSubject.parse("default", SharedData.read("hardening/seccomp-default.json"));
        Map<String, String> verdicts = new TreeMap<>();
        for (Rule<?> rule : SeccompRules.ruleSet().rules()) {
            Outcome outcome = evaluate(rule, profile);
            verdicts.put(rule.info().id().value(), outcome.toString());
        }
        assertEquals(Set.of("Pass[]"), new HashSet<>(verdicts.values()), verdicts.toString());
    }

    private static <S extends Subject> Outcome evaluate(Rule<S> rule, SeccompSubject profile) {
        return rule.evaluate(rule.subjectType().cast(profile), RuleContext.at(Instant.parse("2026-01-01T00:00:00Z")));
    }

    @Test
    void ourDataIsWhatDockersProfileSays() throws IOException, MalformedSubjectException {
        SeccompSubject profile = SeccompSubject.parse("default", SharedData.read("hardening/seccomp-default.json"));
        Set<String> unconditional = new TreeSet<>();
        Map<String, Set<String>> byCapability = new TreeMap<>();
        Set<String> every = new TreeSet<>();
        List<SyscallRule> rules = ((Fact.Known<List<SyscallRule>>) profile.syscalls()).value();
        for (SyscallRule rule : rules) {
            every.addAll(rule.names());
            rule.includes()
                    .caps()
                    .forEach(capability -> byCapability
                            .computeIfAbsent(capability, none -> new TreeSet<>())
                            .addAll(rule.names()));
            boolean always = SyscallRule.lets(rule.action())
                    && rule.arguments().isEmpty()
                    && rule.includes().caps().isEmpty()
                    && rule.includes().arches().isEmpty()
                    && rule.includes().minKernel().isEmpty();
            if (always) {
                unconditional.addAll(rule.names());
            }
        }
        assertEquals(unconditional, new TreeSet<>(DockerDefault.UNCONDITIONAL));
        assertEquals(byCapability, new TreeMap<>(DockerDefault.BY_CAPABILITY));
        assertEquals(every, new TreeSet<>(DockerDefault.everyName()));
    }

    @Test
    void followsTheCatalogue() throws IOException {
        Map<String, String> rows = new HashMap<>();
        String text = new String(SharedData.read("hardening/rule-catalogue.tsv"), StandardCharsets.UTF_8);
        for (String line : text.split("\n", -1)) {
            String[] columns = line.split("\t", -1);
            if (columns[0].startsWith("SEC-")) {
                rows.put(
                        columns[0],
                        columns[4] + " " + columns[5].toUpperCase(Locale.ROOT) + " " + List.of(columns[6], columns[8]));
            }
        }
        Map<String, String> ours = new HashMap<>();
        for (Rule<?> rule : SeccompRules.ruleSet().rules()) {
            RuleInfo info = rule.info();
            ours.put(
                    info.id().value(),
                    info.severity() + " " + info.profile() + " "
                            + info.references().stream()
                                    .map(RuleInfo.Citation::section)
                                    .toList());
        }
        assertEquals(rows, ours);
    }
}
