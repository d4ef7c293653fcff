"""What is trained: `Setting`, its fields and forms, recipes, catalogues. Imports nothing heavy."""
