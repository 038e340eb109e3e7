"""What is known of Exercise 9: its functions, formulas, facts and typical mistakes. Another sheet is another folder."""
