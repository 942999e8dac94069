package dev.tidegate.cli;

import dev.tidegate.check.Check;
import dev.tidegate.check.CheckDescriptor;
import dev.tidegate.check.Checks;
import dev.tidegate.document.Field;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * What there is to say about one check, or about an id under which the gate itself says something.
 *
 * @param id as in policies and texts
 * @param title a few words
 * @param about a paragraph each
 * @param parameters what a policy may say about it; empty for what no policy configures
 */
record Explanation(String id, String title, List<String> about, List<Parameter> parameters) {
  Explanation {
    about = List.copyOf(about);
    parameters = List.copyOf(parameters);
  }

  /**
   * A field of a check's block in a policy.
   *
   * @param name as in the policy
   * @param meaning what it means
   * @param fallback what holds when it is not there, in words
   */
  record Parameter(String name, String meaning, String fallback) {}

  private static final Parameter ON_UNKNOWN =
      new Parameter(
          "onUnknown",
          "What an enforcing policy does when the check could not be decided because of"
              + " infrastructure: deny refuses, admit lets through with a warning. What an author of"
              + " a pod could bring about is refused all the same.",
          "default: deny");

  private static final List<Explanation> BUILT_IN =
      List.of(
          new Explanation(
              "denyList",
              "Images that may not run anywhere",
              List.of(
                  "A DenyList names images by digest or repository. It is decided before everything"
                      + " else, from the image's text alone, and no exemption helps.",
                  "Use another image, or ask the owner whom the message names."),
              List.of()),
          new Explanation(
              "scope",
              "Whether a policy applies could not be decided",
              List.of(
                  "A policy selects namespaces by their labels, and the labels of this namespace"
                      + " could not be known. Nothing is known to be wrong with the pod.",
                  "At admission: try again; it is trouble of the API server or of its connection to"
                      + " the gate. On the command line: add the Namespace manifest to the files, or"
                      + " say --namespace-label NAMESPACE:KEY=VALUE."),
              List.of()),
          new Explanation(
              "bounds",
              "The request is over a bound",
              List.of(
                  "The request is larger or nested deeper than the gate reads, or there is too much"
                      + " at once. What is not read is not judged, so it is refused.",
                  "Make the object smaller, or try again when the gate is less busy."),
              List.of()),
          new Explanation(
              "request",
              "The request could not be understood",
              List.of(
                  "The object does not have the shape of its kind, so it could not be judged.",
                  "Correct the field that the message names."),
              List.of()),
          new Explanation(
              "policies",
              "The gate has no policies yet",
              List.of(
                  "The gate has just started, or its policies could not be read; its log names the"
                      + " file and line.",
                  "Try again in a few seconds; if it stays so, correct the policies."),
              List.of()));

  /** The checks in the order of texts, then the ids of the gate itself. */
  static List<Explanation> all() {
    List<Explanation> all = new ArrayList<>();
    Checks.all().all().forEach(check -> all.add(of(check)));
    all.addAll(BUILT_IN);
    return all;
  }

  private static Explanation of(Check<?> check) {
    CheckDescriptor descriptor = check.descriptor();
    List<Parameter> parameters = new ArrayList<>();
    for (RecordComponent component : check.parameters().getRecordComponents()) {
      Field field = component.getAnnotation(Field.class);
      parameters.add(new Parameter(component.getName(), field.value(), fallback(component, field)));
    }
    parameters.add(ON_UNKNOWN);
    return new Explanation(descriptor.id(), descriptor.title(), descriptor.about(), parameters);
  }

  private static String fallback(RecordComponent component, Field field) {
    if (!field.fallback().isEmpty()) {
      return "default: " + field.fallback();
    }
    Class<?> type = component.getType();
    boolean mayBeEmpty =
        java.util.Collection.class.isAssignableFrom(type)
            || java.util.Map.class.isAssignableFrom(type)
            || type == java.util.Optional.class;
    return mayBeEmpty && !field.nonEmpty() ? "default: nothing" : "required";
  }
}
