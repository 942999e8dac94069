/** What an administrator sets up in a Harbor for the gate: its robot account and its webhooks. */
@org.jspecify.annotations.NullMarked
package dev.tidegate.harbor.admin;
