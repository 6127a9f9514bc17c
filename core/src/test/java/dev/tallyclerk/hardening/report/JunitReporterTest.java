package dev.tallyclerk.hardening.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.audit.AuditReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

class JunitReporterTest {
    private static Element root() throws IOException {
        return root(Samples.full());
    }

    private static Element root(AuditReport report) throws IOException {
        byte[] xml = Samples.write(JunitReporter.create(), report).getBytes(StandardCharsets.UTF_8);
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder()
                    .parse(new ByteArrayInputStream(xml))
                    .getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList nodes = parent.getElementsByTagName(name);
        List<Element> out = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            out.add((Element) nodes.item(i));
        }
        return out;
    }

    @Test
    void eachSubjectIsASuiteAndEachRuleATestCase() throws IOException {
        List<Element> suites = elements(root(), "testsuite");
        assertEquals(2, suites.size());
        for (Element suite : suites) {
            assertEquals(9, elements(suite, "testcase").size());
            assertEquals("2026-11-24T10:11:12", suite.getAttribute("timestamp"));
        }
        assertEquals("thing b\u00fcro:1.2", suites.get(0).getAttribute("name"));
        Element first = elements(suites.get(0), "testcase").get(0);
        assertEquals("thing.b\u00fcro:1_2", first.getAttribute("classname"));
        assertEquals("ACME-001 Title of ACME-001 <b>", first.getAttribute("name"));
    }

    @Test
    void theNumbersAreThoseOfTheElements() throws IOException {
        List<Element> counted = new ArrayList<>();
        for (AuditReport report : List.of(Samples.full(), Samples.open(), Samples.nothing())) {
            counted.addAll(elements(root(report), "testsuite"));
            counted.add(root(report));
        }
        for (Element element : counted) {
            assertEquals(
                    element.getAttribute("tests"),
                    "" + elements(element, "testcase").size());
            assertEquals(
                    element.getAttribute("failures"),
                    "" + elements(element, "failure").size());
            assertEquals(
                    element.getAttribute("errors"),
                    "" + elements(element, "error").size());
            assertEquals(
                    element.getAttribute("skipped"),
                    "" + elements(element, "skipped").size());
        }
        assertEquals("2", root().getAttribute("failures"), "ACME-001 twice; ACME-008 is below the gate");
        assertEquals("2", root().getAttribute("errors"));
        assertEquals("10", root().getAttribute("skipped"));
    }

    @Test
    void oneFailureHasAllProblemsAndTheWorstAsItsType() throws IOException {
        Element failure = elements(root(), "failure").get(0);
        assertEquals("CRITICAL", failure.getAttribute("type"));
        assertEquals("line", failure.getAttribute("message"));
        for (String part : List.of("whole (manifest)", "pointer (config#/Env/0) [PASSWORD=", "history", "Remedy: Do")) {
            assertTrue(failure.getTextContent().contains(part), part);
        }
    }

    @Test
    void whatIsSkippedSaysWhy() throws IOException {
        List<String> reasons = elements(elements(root(), "testsuite").get(0), "skipped").stream()
                .map(skipped -> skipped.getAttribute("message"))
                .toList();
        assertEquals(
                List.of(
                        "not applicable: not here",
                        "unknown: no key",
                        "manual: ask the owner",
                        "waived (because <x>; team|a, until 2026-12-31): waived",
                        "in the baseline: known"),
                reasons);
    }

    @Test
    void whatIsIncompleteIsRed() throws IOException {
        Element open = root(Samples.open());
        assertEquals("1", open.getAttribute("errors"));
        assertEquals("1", open.getAttribute("skipped"), "the rule that could not tell is what it was");
        Element error = elements(open, "error").get(0);
        assertEquals("INCOMPLETE", error.getAttribute("type"));
        assertTrue(error.getTextContent().contains("ACME-001 (CRITICAL) UNKNOWN: no {key} <x>"));
        Element nothing = root(Samples.nothing());
        assertEquals("1", nothing.getAttribute("tests"));
        assertEquals(
                "there was no subject to audit",
                elements(nothing, "error").get(0).getAttribute("message"));
    }

    @Test
    void whatIsBelowTheGateIsInTheOutputOfAPass() throws IOException {
        Element below = elements(root(), "testcase").stream()
                .filter(element -> element.getAttribute("name").startsWith("ACME-008"))
                .findFirst()
                .orElseThrow();
        assertEquals(0, elements(below, "failure").size());
        String output = elements(below, "system-out").get(0).getTextContent();
        assertTrue(output.contains("MEDIUM expired (config#/User)"), output);
        assertTrue(output.contains("Remedy: Do"), output);
    }
}
